package org.thingward.verify.boot;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Events in words for a person. What comes from a log is shortened and made printable. */
final class EventWords {
  private static final int LONGEST = 160;

  private EventWords() {}

  static String of(BootEvent event) {
    String about = about(event);
    return about.isEmpty() ? event.kind().words() : event.kind().words() + " " + about;
  }

  private static String about(BootEvent event) {
    EventKind kind = event.kind();
    try {
      if (kind.isVariable()) {
        return variable(event);
      }
      if (kind.isImage()) {
        return DevicePath.words(event.data());
      }
      if (kind.isText()) {
        return printable(new String(event.data(), UTF_8));
      }
      return kind == EventKind.S_CRTM_VERSION ? printable(wide(event.data())) : "";
    } catch (BootLogRefused unreadable) {
      return "(its data cannot be read)";
    }
  }

  private static String variable(BootEvent event) {
    EfiVariable variable = EfiVariable.read(event.data());
    String name = printable(variable.name());
    return variable.isFlag() ? name + (variable.isSet() ? " on" : " off") : name + known(name);
  }

  /** What the firmware's own variables are (UEFI 2.10, 3.3). */
  private static String known(String name) {
    return switch (name) {
      case "PK" -> ", the key of the platform's owner";
      case "KEK" -> ", keys that may change db and dbx";
      case "db" -> ", whose signatures are admitted";
      case "dbx" -> ", what is barred";
      case "BootOrder" -> ", what is tried first";
      case "MokList", "MokListTrusted" -> ", keys that the machine's owner enrolled";
      default -> "";
    };
  }

  private static String wide(byte[] data) {
    return new String(data, data.length % 2 == 0 ? UTF_16LE : UTF_8);
  }

  static String printable(String text) {
    String clean =
        text.codePoints()
            .filter(each -> each != 0)
            .map(each ->
                Character.isISOControl(each) || Character.getType(each) == Character.FORMAT
                    ? '?'
                    : each)
            .limit(LONGEST)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return clean.strip();
  }
}
