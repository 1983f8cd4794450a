package org.thingward.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.thingward.identity.AuthorityCeremony;
import org.thingward.identity.KeyEncryptionPlace;
import org.thingward.identity.OfflineRoot;
import org.thingward.identity.Resealing;
import org.thingward.ledger.LedgerKeys;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.Children;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Database;
import org.thingward.platform.Randomness;
import org.thingward.platform.Settings;
import org.thingward.platform.SettingsRefused;
import org.thingward.platform.Time;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;

/**
 * The authorities: the root on a machine of its own, and the issuing ones below it on the server's
 * machine while the server is stopped. Ends with code 2 for wrong usage and 1 if it cannot be done.
 */
public final class ThingwardCa {
  private static final String USAGE =
      """
      usage: ./thingward ca init --offline --to DIR
             ./thingward ca sign REQUEST --root DIR --key DIGEST --to FILE [--passphrase FILE]
             ./thingward ca request [SETTINGS]
             ./thingward ca take CERTIFICATE [--root FILE] [SETTINGS]
             ./thingward ca rotate --reason TEXT --by NAME [SETTINGS]
             ./thingward ca reseal --to KEY [SETTINGS]

      On a machine that is never on a network:
        init             makes a root; its key leaves that machine never, or encrypted
        sign             signs what a server asked for
      On the server's machine, while the server is stopped:
        request          makes the key of the next issuing authority, and asks for its certificate
        take             takes the certificate that the root made for it
        rotate           has it issue from the next start on; the one before still answers for what it issued
        reseal           seals all that the key-encryption key has sealed under another one; repeat it if it was
                         interrupted, for the server does not start in between

        --to             where to write: a folder for a root, a file for a certificate; for reseal
                         the new key-encryption key, a file or the URI of a PKCS#11 token
        --root           the root's folder; for take its certificate, the first time
        --key DIGEST     the digest of the key that is to be certified, as the server said it
        --reason TEXT    why it is rotated, in one line; an entry of the ledger has it
        --by NAME        who orders it; the entry names you
        --passphrase     the file with the passphrase of the root's key; else in its folder
        SETTINGS         those that the server is started with; of them --data, --config,
                         --key-encryption-key, --issuing-key, --witness-policy and
                         for reseal --database and --json count here
      """;

  private static final Time TIME = Time.ofMachine();
  private static final Randomness RANDOMNESS = new Randomness(TIME);

  private ThingwardCa() {}

  /** Runs one command. */
  public static void main(String[] arguments) {
    HostCommand.run(arguments, USAGE, ThingwardCa::run);
  }

  private static void run(List<String> given) {
    String command = given.isEmpty() ? "" : given.removeFirst();
    switch (command) {
      case "init" -> init(given);
      case "sign" -> sign(given);
      case "request" -> request(given);
      case "take" -> take(given);
      case "rotate" -> rotate(given);
      case "reseal" -> reseal(given);
      default -> throw new SettingsRefused("what is to be done to the authorities?\n" + USAGE);
    }
  }

  private static void init(List<String> given) {
    if (!given.remove("--offline")) {
      throw new SettingsRefused(
          "--offline is missing: a server makes a root of its own at first start, without this.\n"
              + USAGE);
    }
    Path folder = Path.of(HostCommand.required(given, "--to", USAGE));
    requireNoMore(given);
    try (DataDirectory place = DataDirectory.open(folder)) {
      OfflineRoot root = OfflineRoot.create(place.root(), TIME, RANDOMNESS);
      System.out.printf(
          """
          The root is in %s.
          Its fingerprint is %s: compare it wherever its certificate, root.pem, is taken.
          Put root-key.pem and root-key.passphrase in two different places, each with a copy.
          """,
          place.root(), root.fingerprint());
    }
  }

  private static void sign(List<String> given) {
    Path folder = Path.of(HostCommand.required(given, "--root", USAGE));
    Digest key = digest(HostCommand.required(given, "--key", USAGE));
    Path to = Path.of(HostCommand.required(given, "--to", USAGE));
    Path passphrase =
        HostCommand.take(given, "--passphrase")
            .map(Path::of)
            .orElseGet(() -> folder.resolve("root-key.passphrase"));
    OfflineRoot.Request request = request(file(given));
    requireNoMore(given);
    if (!request.key().equals(key)) {
      throw new IllegalStateException(
          "the request is for the key %s, not for %s: it is not the one that the server made, or it was changed on its way"
              .formatted(request.key(), key));
    }
    String certificate = OfflineRoot.open(folder, passphrase, TIME, RANDOMNESS).sign(request);
    DataDirectory.writeSecret(to, certificate.getBytes(StandardCharsets.US_ASCII));
    System.out.printf(
        "%s is certified. Give it to the server: thingward ca take %s%n", request.name(), to);
  }

  private static void request(List<String> given) {
    onServer(
        given,
        ceremony -> {
          AuthorityCeremony.Requested requested = ceremony.request();
          return """
          Have the root sign %s. Its key is
            %s
          and that is to be read to who signs it, not sent with it: thingward ca sign REQUEST --key DIGEST ...\
          """
              .formatted(requested.file(), requested.key());
        });
  }

  private static void take(List<String> given) {
    byte[] certificate = file(given);
    Optional<byte[]> root = HostCommand.take(given, "--root").map(Path::of).map(ThingwardCa::read);
    onServer(
        given,
        ceremony -> {
          String name = ceremony.take(certificate, root);
          return name
              + " is taken. If it is the first, start the server; else: thingward ca rotate";
        });
  }

  private static void rotate(List<String> given) {
    String reason = HostCommand.required(given, "--reason", USAGE);
    String by = HostCommand.required(given, "--by", USAGE);
    Settings settings = Settings.read(new ArrayList<>(given));
    requireServer(settings);
    try (DataDirectory data = DataDirectory.open(settings.data())) {
      ThingwardServer.startLogging(data);
      try (TiledLedger ledger = HostCommand.open(data, settings, TIME)) {
        String name = ceremony(data, settings).rotate(ledger, by, reason);
        System.out.printf(
            "%s issues from the next start on, at entry %d of the ledger. The one before answers until nothing that it issued is left.%n",
            name, ledger.size() - 1);
      }
    } catch (IllegalArgumentException e) {
      throw new SettingsRefused(String.valueOf(e.getMessage()));
    }
  }

  private static void reseal(List<String> given) {
    KeyEncryptionPlace next = KeyPlaces.encrypting("--to", HostCommand.take(given, "--to"));
    if (next instanceof KeyEncryptionPlace.Beside) {
      throw new SettingsRefused("--to KEY is missing.\n" + USAGE);
    }
    Settings settings = Settings.read(given);
    requireServer(settings);
    try (DataDirectory data = DataDirectory.open(settings.data())) {
      ThingwardServer.startLogging(data);
      Resealing.Done done = resealed(data, settings, next);
      System.out.println(settings.json() ? json(done) : text(done));
    }
  }

  private static Resealing.Done resealed(
      DataDirectory data, Settings settings, KeyEncryptionPlace next) {
    try (Children children = new Children(data.folder("log"), TIME)) {
      DatabasePlace.letChildrenThrough(data, children);
      try (Database database = DatabasePlace.open(settings, data, children, RANDOMNESS, TIME)) {
        return Resealing.open(
                data.folder("keys"), KeyPlaces.encrypting(settings), next, database, RANDOMNESS)
            .run(step -> say(settings, step));
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the database does not close: " + e.getMessage(), e);
    }
  }

  private static void say(Settings settings, String step) {
    if (!settings.json()) {
      System.out.println("  " + step);
    }
  }

  private static String text(Resealing.Done done) {
    return """
    %d keys and %d secrets of tokens are sealed under key-encryption key %s.
    Give that one from the next start on. Key %s opens nothing here any more: keep it as long as a
    backup from before, which it alone opens, and destroy it then.\
    """
        .formatted(done.keys(), done.secrets(), done.to(), done.from());
  }

  private static String json(Resealing.Done done) {
    return new String(
        CanonicalJson.encode(
            Map.of(
                "from",
                done.from(),
                "to",
                done.to(),
                "keys",
                done.keys(),
                "secrets",
                done.secrets())),
        StandardCharsets.UTF_8);
  }

  private static void requireServer(Settings settings) {
    if (!LedgerKeys.exist(settings.data().resolve("keys"))) {
      throw new SettingsRefused(
          "there is no server in %s that ran: start it once before this, or give its --data DIR."
              .formatted(settings.data()));
    }
  }

  /** What is done to the authorities of a stopped server. */
  @FunctionalInterface
  private interface Step {
    String done(AuthorityCeremony ceremony);
  }

  private static void onServer(List<String> given, Step step) {
    Settings settings = Settings.read(given);
    try (DataDirectory data = DataDirectory.open(settings.data())) {
      ThingwardServer.startLogging(data);
      System.out.println(step.done(ceremony(data, settings)));
    }
  }

  private static AuthorityCeremony ceremony(DataDirectory data, Settings settings) {
    return AuthorityCeremony.open(
        data.folder("keys"),
        KeyPlaces.encrypting(settings),
        KeyPlaces.issuing(settings),
        TIME,
        RANDOMNESS);
  }

  private static OfflineRoot.Request request(byte[] pem) {
    try {
      return OfflineRoot.Request.read(pem);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("the request cannot be signed: " + e.getMessage(), e);
    }
  }

  private static Digest digest(String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new SettingsRefused("--key: " + e.getMessage() + ".");
    }
  }

  /** The first argument, a file. */
  private static byte[] file(List<String> given) {
    if (given.isEmpty() || given.getFirst().startsWith("--")) {
      throw new SettingsRefused("which file?\n" + USAGE);
    }
    return read(Path.of(given.removeFirst()));
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the file " + file + " cannot be read", e);
    }
  }

  private static void requireNoMore(List<String> given) {
    if (!given.isEmpty()) {
      throw new SettingsRefused("'" + given.getFirst() + "' is not taken here.\n" + USAGE);
    }
  }
}
