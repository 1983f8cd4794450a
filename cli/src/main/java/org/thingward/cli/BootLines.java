package org.thingward.cli;

import tools.jackson.databind.JsonNode;

/** The boot that a device quoted last, as the operator API tells it, for a person to read. */
final class BootLines {
  private final Terminal terminal;
  private final String device;
  private final JsonNode boot;

  BootLines(Terminal terminal, String device, JsonNode boot) {
    this.terminal = terminal;
    this.device = device;
    this.boot = boot;
  }

  void print() {
    if (!boot.isObject()) {
      terminal.line(device + " has quoted no boot.");
      return;
    }
    terminal.line(
        "%s quoted its boot at %s UTC; %s"
            .formatted(device, Answers.time(boot, "received"), reference()));
    if (boot.has("secure-boot")) {
      terminal.line("secure boot: " + Answers.text(boot, "secure-boot"));
    }
    if (boot.path("pcrs").isEmpty()) {
      terminal.line("The values behind it are not kept: they come with its next quote.");
      return;
    }
    terminal.line("");
    pcrs().print(terminal);
    terminal.line("");
    if (boot.path("events").isEmpty()) {
      terminal.line(
          boot.path("log").asBoolean(false)
              ? "Its event log is not kept."
              : "It sent no event log, which would say what was measured.");
      return;
    }
    events().print(terminal);
    int shown = boot.path("events").size();
    int told = boot.path("events-told").asInt(shown);
    if (told > shown) {
      terminal.line("%d further events are not shown".formatted(told - shown));
    }
  }

  private String reference() {
    return switch (Answers.text(boot, "reference")) {
      case "matches" -> "it is right for its release";
      case "differs" -> "it is none of those that are right for its release";
      default -> "what is right for its release is not known";
    };
  }

  private Table pcrs() {
    String other =
        switch (Answers.text(boot, "beside")) {
          case "reference" -> "RIGHT";
          case "before" -> "BEFORE";
          default -> "";
        };
    Table table =
        other.isEmpty()
            ? new Table("PCR", "WHAT", "VALUE")
            : new Table("PCR", "WHAT", "VALUE", other);
    for (JsonNode pcr : boot.path("pcrs")) {
      String number = Answers.text(pcr, "pcr");
      String use = Answers.text(pcr, "use");
      String value = Answers.text(pcr, "value");
      if (other.isEmpty()) {
        table.row(number, use, value);
      } else {
        table.row(number, use, value, pcr.has("other") ? Answers.text(pcr, "other") : "the same");
      }
    }
    return table;
  }

  /** What the device says without having measured it is told as its word. */
  private Table events() {
    Table table = new Table("EVENT", "PCR", "", "WHAT WAS MEASURED");
    for (JsonNode event : boot.path("events")) {
      boolean own = event.has("measured-words") && !event.path("measured-words").asBoolean(false);
      table.row(
          Answers.text(event, "number"),
          Answers.text(event, "pcr"),
          event.path("new").asBoolean(false) ? "new" : "",
          Answers.text(event, "words") + (own ? ", says the device" : ""));
    }
    return table;
  }
}
