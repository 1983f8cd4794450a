package org.thingward.cli;

import static org.thingward.operator.OperatorConnection.encoded;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.thingward.trust.Digest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** The TPMs that devices of a product may have, and what they quoted. */
@Command(
    name = "tpm",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Which TPMs the devices of a product may have, by their endorsement keys, and what a device's",
      "TPM quoted of its boot."
    })
final class TpmCommand {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN (PUBLIC KEY|CERTIFICATE)-----([^-]*)-----END \\1-----");
  private static final Pattern HEX = Pattern.compile("(?:sha256:)?([0-9a-fA-F]{64})");

  private final Tools tools;

  TpmCommand(Tools tools) {
    this.tools = tools;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "Allow the endorsement keys in a file, beside those allowed before.",
        "From the first list on, a TPM whose key is not on it is refused."
      })
  int allow(
      @Mixin Access access,
      @Parameters(paramLabel = "PRODUCT", description = "The product.") String product,
      @Parameters(
              paramLabel = "FILE",
              description = {
                "PEM, public keys or their certificates; or lines that begin with the SHA-256 of a",
                "key's SubjectPublicKeyInfo in hex: a CSV. Of its first line, if that has titles, the",
                "column 'device' says which device a key is for alone. - for standard input."
              })
          Path file) {
    String text = new String(InputFile.read(file), StandardCharsets.UTF_8);
    Map<String, Object> body = new TreeMap<>(Map.of("keys", keys(file, text)));
    Map<String, String> devices = devices(text);
    if (!devices.isEmpty()) {
      body.put("devices", devices);
    }
    return tools.asOperator(
        access,
        operator -> {
          JsonNode answer = operator.connection().post(path(product), body);
          tools
              .terminal()
              .line(
                  access.json()
                      ? Answers.pretty(answer)
                      : "product %s: %s endorsement keys are allowed"
                          .formatted(product, Answers.text(answer, "count")));
        });
  }

  @Command(mixinStandardHelpOptions = true, description = "Show which keys a product may have.")
  int list(
      @Mixin Access access,
      @Parameters(paramLabel = "PRODUCT", description = "The product.") String product) {
    return tools.asOperator(
        access,
        operator -> {
          JsonNode answer = operator.connection().get(path(product), Map.of());
          if (access.json()) {
            tools.terminal().line(Answers.pretty(answer));
            return;
          }
          Table table = new Table("ENDORSEMENT KEY", "FOR");
          JsonNode devices = answer.path("devices");
          answer
              .path("items")
              .forEach(key ->
                  table.row(
                      key.asString(""), devices.path(key.asString("")).asString("any device")));
          tools.printOr(table, "There is no list: devices of " + product + " may have any TPM.");
        });
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = {
        "Show the boot that a device's TPM quoted last: each PCR, what differs from a boot that is",
        "right for its release, and each event in words."
      })
  int boot(
      @Mixin Access access,
      @Parameters(paramLabel = "DEVICE", description = "The device.") String device) {
    return tools.asOperator(
        access,
        operator -> {
          JsonNode answer =
              operator.connection().get("/devices/" + encoded(device) + "/boot", Map.of());
          if (access.json()) {
            tools.terminal().line(Answers.pretty(answer));
          } else {
            new BootLines(tools.terminal(), device, answer.path("boot")).print();
          }
        });
  }

  private static String path(String product) {
    return "/products/" + encoded(product) + "/endorsement-keys";
  }

  /** The digests of a file's keys, as the API takes them. */
  static List<String> keys(Path file, String text) {
    List<String> keys = new ArrayList<>();
    Matcher pem = PEM.matcher(text);
    while (pem.find()) {
      keys.add(Digest.of(keyOf(file, pem.group(1), pem.group(2))).toString());
    }
    if (!keys.isEmpty()) {
      return keys;
    }
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
    for (int i = 0; i < lines.size(); i++) {
      Matcher hex = HEX.matcher(lines.get(i).split("[,;]", 2)[0].strip().replace("\"", ""));
      if (hex.matches()) {
        keys.add("sha256:" + hex.group(1).toLowerCase(Locale.ROOT));
      } else if (i > 0) {
        throw new Failed(
            "%s, line %d does not begin with a SHA-256 in 64 hex digits".formatted(file, i + 1));
      }
    }
    if (keys.isEmpty()) {
      throw new Failed(file + " holds no key: give PEM, or lines with digests of keys");
    }
    return keys;
  }

  /** Which of them are for one device, by the column of that title. */
  static Map<String, String> devices(String text) {
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
    List<String> titles = lines.isEmpty() ? List.of() : cells(lines.getFirst());
    int column =
        titles.stream().map(title -> title.toLowerCase(Locale.ROOT)).toList().indexOf("device");
    Map<String, String> devices = new TreeMap<>();
    if (column < 1) {
      return devices;
    }
    for (String line : lines.subList(1, lines.size())) {
      List<String> cells = cells(line);
      Matcher hex = HEX.matcher(cells.getFirst());
      if (hex.matches() && column < cells.size() && !cells.get(column).isEmpty()) {
        devices.put("sha256:" + hex.group(1).toLowerCase(Locale.ROOT), cells.get(column));
      }
    }
    return devices;
  }

  private static List<String> cells(String line) {
    return Stream.of(line.split("[,;]", -1)).map(cell -> cell.replace("\"", "").strip()).toList();
  }

  private static byte[] keyOf(Path file, String what, String base64) {
    try {
      byte[] der = Base64.getMimeDecoder().decode(base64);
      return what.equals("CERTIFICATE")
          ? CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der))
              .getPublicKey()
              .getEncoded()
          : der;
    } catch (CertificateException | RuntimeException e) {
      // The JDK reports some certificates by whatever went wrong within.
      throw new Failed(
          "%s holds a %s that cannot be read: %s"
              .formatted(file, what.toLowerCase(Locale.ROOT), e.getMessage()),
          e);
    }
  }
}
