package org.thingward.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.thingward.verify.ear.Ear;
import org.thingward.verify.ear.EarKeys;
import org.thingward.verify.ear.EarRefused;
import org.thingward.verify.ear.SignedEar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An attestation result, verified without the server. */
@Command(
    name = "ear",
    mixinStandardHelpOptions = true,
    description = {
      "Verify an attestation result (EAR, a JSON web token) by keys that you have, offline.",
      "Exit code 4 if it is not signed by one of them with ES256, or not good at this moment."
    })
final class VerifyEarCommand implements Callable<Integer> {
  private final Tools tools;

  @Parameters(paramLabel = "FILE", description = "The token, or the answer that it came in.")
  private Path file = Path.of("");

  @Option(
      names = "--keys",
      paramLabel = "JWKS",
      required = true,
      description = {
        "The set of keys, as you fetched it from the server that you trust:",
        "https://SERVER:8443/.well-known/thingward/ear/jwks.json"
      })
  private Path keys = Path.of("");

  @Option(
      names = "--at",
      paramLabel = "TIME",
      defaultValue = "",
      description = "The moment at which it is to be good, e.g. 2026-11-26T12:00:00Z; else now.")
  private String at = "";

  @Option(names = "--json", description = "Print JSON: what it says.")
  private boolean json;

  VerifyEarCommand(Tools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() {
    try {
      Ear ear = new SignedEar(token()).verified(EarKeys.read(InputFile.read(keys)), moment());
      if (json) {
        String claims = new String(ear.claims(), StandardCharsets.UTF_8);
        tools.terminal().line(Answers.pretty(JsonMapper.shared().readTree(claims)));
      } else {
        show(ear);
      }
      return ExitCode.OK;
    } catch (EarRefused refused) {
      throw new NotVerified(file + " is not verified: " + refused.getMessage());
    }
  }

  private String token() {
    String text = new String(InputFile.read(file), StandardCharsets.UTF_8).strip();
    if (!text.startsWith("{")) {
      return text;
    }
    try {
      JsonNode answer = JsonMapper.shared().readTree(text);
      return answer.path("ear").asString("");
    } catch (JacksonException e) {
      throw new NotVerified(file + " is not verified: it is neither a token nor JSON that has one");
    }
  }

  private Instant moment() {
    try {
      return at.isEmpty() ? tools.clock().instant() : Instant.parse(at);
    } catch (DateTimeException e) {
      throw new Failed("--at " + at + " is no time, e.g. 2026-11-26T12:00:00Z", e);
    }
  }

  private void show(Ear ear) {
    ear.parts()
        .forEach((name, part) -> {
          Map<String, Integer> vector = new TreeMap<>(part.vector().numbers());
          line(name + "  " + part.status().word() + part.assurance().map(l -> ", " + l).orElse(""));
          vector.forEach((component, value) -> line("  " + component + " " + value));
          part.policies().forEach(policy -> line("  appraised by " + policy));
        });
    Optional<Instant> ends = ear.ends();
    line("signed, made " + ear.issued() + ends.map(end -> ", good until " + end).orElse(""));
  }

  private void line(String text) {
    tools.terminal().line(Terminal.printable(text));
  }
}
