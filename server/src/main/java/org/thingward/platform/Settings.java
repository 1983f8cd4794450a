package org.thingward.platform;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a server is set up. Flags {@code --key VALUE} and, below them, a YAML file given by {@code
 * --config}; the keys are the same. An unknown key is an error.
 *
 * @param data where everything is kept
 * @param listen the address the device plane listens on
 * @param hosts names and addresses at which devices reach this server; the first is its name
 * @param mqttPort MQTT over TLS, 0 for a free one
 * @param httpsPort enrolment and evidence, 0 for a free one
 * @param operatorPort the console and the operator API, 0 for a free one
 * @param operatorListen the address these listen on: the loopback address, or all of this machine's
 * @param consoleName the console's DNS name, which passkeys are bound to
 * @param publicUrl the HTTPS listener as devices see it
 * @param tls12 whether devices may use TLS 1.2
 * @param broker the broker behind the gateway; empty for the default one as a child
 * @param brokerCa the authority of that broker's certificate, PEM
 * @param brokerPasswordFile the file whose first line is the gateway's password there
 * @param deviceCa authorities of the fleet's own, PEM
 * @param deviceCaMapping where their certificates name the device, {@code FIELD[:PATTERN]}
 * @param tpmCa makers of TPMs whose endorsement keys are believed, PEM
 * @param estServerkeygen whether keys are made for devices that ask for it
 * @param estChannelBinding whether requests over EST must name their connection
 * @param acmeNetworks where it may be looked for whether a server's names are its own
 * @param certificateLife how long device certificates last
 * @param cryptoProfile the algorithms that are taken
 * @param policy the policy to start with; empty for the default one
 * @param database JDBC URL of a PostgreSQL; empty for one of our own
 * @param keyEncryptionKey the file with the key that encrypts keys, or the PKCS#11 token, RFC 7512
 * @param issuingKey the PKCS#11 token for issuing keys, as a URI; empty for encrypted files
 * @param witnessPolicy the witnesses that cosign the log's checkpoints; none without
 * @param approvalRaised how many devices one person raises in a day without anyone's agreement
 * @param approvalQuorums who must agree to changes beyond the floor that ships
 * @param approverAuthenticators makers of the authenticators that approvers must have, PEM
 * @param approvalWebhook where is told that a change waits for approval
 * @param approvalWebhookKey the key that signs that
 * @param json whether readiness is said as one line of JSON
 */
public record Settings(
    Path data,
    String listen,
    List<String> hosts,
    int mqttPort,
    int httpsPort,
    int operatorPort,
    String operatorListen,
    ConsoleName consoleName,
    Optional<URI> publicUrl,
    boolean tls12,
    Optional<URI> broker,
    Optional<Path> brokerCa,
    Optional<Path> brokerPasswordFile,
    Optional<Path> deviceCa,
    String deviceCaMapping,
    Optional<Path> tpmCa,
    boolean estServerkeygen,
    boolean estChannelBinding,
    List<Network> acmeNetworks,
    Duration certificateLife,
    CryptoProfile cryptoProfile,
    Optional<Path> policy,
    Optional<String> database,
    Optional<String> keyEncryptionKey,
    Optional<String> issuingKey,
    Optional<Path> witnessPolicy,
    int approvalRaised,
    List<String> approvalQuorums,
    Optional<Path> approverAuthenticators,
    Optional<URI> approvalWebhook,
    Optional<Path> approvalWebhookKey,
    boolean json) {

  /** The most that one person may ever raise alone in a day: the floor that ships. */
  private static final int MOST_RAISED = 10;

  private static final String THIS_MACHINE = "127.0.0.1";

  private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,5})([dhms])");

  /**
   * Reads flags, and the file that they name.
   *
   * @throws SettingsRefused if one is unknown, malformed or contradicts another
   */
  public static Settings read(List<String> arguments) {
    Given given = new Given(SettingsReader.read(arguments));
    Settings settings =
        new Settings(
            given.path(SettingKey.DATA).orElseGet(Settings::usualData),
            given.text(SettingKey.LISTEN).orElse("0.0.0.0"),
            given.texts(SettingKey.HOST, List.of("localhost", "127.0.0.1")),
            given.port(SettingKey.MQTT_PORT, 8883),
            given.port(SettingKey.HTTPS_PORT, 8443),
            given.port(SettingKey.OPERATOR_PORT, 9443),
            given.operatorListen(),
            given.consoleName(),
            given.uri(SettingKey.PUBLIC_URL, "https"),
            given.flag(SettingKey.TLS_1_2),
            given.uri(SettingKey.BROKER, "mqtt", "mqtts"),
            given.file(SettingKey.BROKER_CA),
            given.file(SettingKey.BROKER_PASSWORD_FILE),
            given.file(SettingKey.DEVICE_CA),
            given.text(SettingKey.DEVICE_CA_MAPPING).orElse("common-name"),
            given.file(SettingKey.TPM_CA),
            given.flag(SettingKey.EST_SERVERKEYGEN),
            given.flag(SettingKey.EST_CHANNEL_BINDING),
            given.networks(SettingKey.ACME_NETWORK),
            given.duration(SettingKey.CERTIFICATE_LIFE, Duration.ofDays(7)),
            given.cryptoProfile(),
            given.file(SettingKey.POLICY),
            given.text(SettingKey.DATABASE),
            given.text(SettingKey.KEY_ENCRYPTION_KEY),
            given.text(SettingKey.ISSUING_KEY),
            given.file(SettingKey.WITNESS_POLICY),
            given.number(SettingKey.APPROVAL_RAISED, 0, MOST_RAISED),
            given.texts(SettingKey.APPROVAL_QUORUM, List.of()),
            given.file(SettingKey.APPROVER_AUTHENTICATORS),
            given.uri(SettingKey.APPROVAL_WEBHOOK, "https", "http"),
            given.file(SettingKey.APPROVAL_WEBHOOK_KEY),
            given.flag(SettingKey.JSON));
    settings.requireConsistent(given);
    return settings;
  }

  /** Whether help is asked for. */
  public static boolean asksForHelp(List<String> arguments) {
    return arguments.contains("--help") || arguments.contains("-h");
  }

  /** All settings, a line each. */
  public static String help() {
    return SettingKey.help();
  }

  private void requireConsistent(Given given) {
    if (deviceCa.isEmpty() && given.text(SettingKey.DEVICE_CA_MAPPING).isPresent()) {
      throw new SettingsRefused("--device-ca-mapping: there is no --device-ca that it is about.");
    }
    if (!operatorListen.equals(THIS_MACHINE) && consoleName.isLocalhost()) {
      throw new SettingsRefused(
          "--operator-listen: other machines reach the console under a name of its own, which passkeys are bound to. Give --console-name too.");
    }
    if (broker.isEmpty() && brokerCa.isPresent()) {
      throw new SettingsRefused("--broker-ca: there is no --broker that it is about.");
    }
    if (approvalWebhook.isPresent() != approvalWebhookKey.isPresent()) {
      throw new SettingsRefused(
          "--approval-webhook: give it together with --approval-webhook-key, or neither.");
    }
    if (approvalWebhook.filter(Settings::isOpenToReaders).isPresent()) {
      throw new SettingsRefused(
          "--approval-webhook: write https://; http:// is for localhost and 127.0.0.1 alone.");
    }
    if (database.isPresent() && !database.get().startsWith("jdbc:postgresql:")) {
      throw new SettingsRefused("--database: a PostgreSQL's URL begins with jdbc:postgresql:.");
    }
  }

  private static boolean isOpenToReaders(URI url) {
    return "http".equals(url.getScheme())
        && !List.of("localhost", "127.0.0.1", "[::1]").contains(url.getHost());
  }

  private static Path usualData() {
    String xdg = System.getenv("XDG_DATA_HOME");
    Path base =
        xdg == null || xdg.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".local", "share")
            : Path.of(xdg);
    return base.resolve("thingward");
  }

  /** What was given, with the checks that each kind of value takes. */
  private record Given(Map<SettingKey, List<SettingsReader.Given>> values) {
    private Optional<SettingsReader.Given> last(SettingKey key) {
      List<SettingsReader.Given> all = values.getOrDefault(key, List.of());
      return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    Optional<String> text(SettingKey key) {
      return last(key).map(SettingsReader.Given::value);
    }

    List<String> texts(SettingKey key, List<String> otherwise) {
      List<SettingsReader.Given> all = values.getOrDefault(key, List.of());
      return all.isEmpty() ? otherwise : all.stream().map(SettingsReader.Given::value).toList();
    }

    List<Network> networks(SettingKey key) {
      return values.getOrDefault(key, List.of()).stream()
          .map(each -> {
            try {
              return Network.parse(each.value());
            } catch (IllegalArgumentException e) {
              throw refused(each, String.valueOf(e.getMessage()));
            }
          })
          .toList();
    }

    boolean flag(SettingKey key) {
      Optional<SettingsReader.Given> given = last(key);
      return given
          .map(each ->
              switch (each.value()) {
                case "yes", "true" -> true;
                case "no", "false" -> false;
                default -> throw refused(each, "is yes or no, not '" + each.value() + "'");
              })
          .orElse(false);
    }

    int port(SettingKey key, int otherwise) {
      return last(key)
          .map(each -> {
            if (!each.value().matches("[0-9]{1,5}") || Integer.parseInt(each.value()) > 65_535) {
              throw refused(each, "a port is a number from 0 to 65535");
            }
            return Integer.parseInt(each.value());
          })
          .orElse(otherwise);
    }

    /** From {@code least} to {@code most}, which is also what holds otherwise. */
    int number(SettingKey key, int least, int most) {
      return last(key)
          .map(each -> {
            int number = each.value().matches("[0-9]{1,5}") ? Integer.parseInt(each.value()) : -1;
            if (number < least || number > most) {
              throw refused(each, "this is a number from " + least + " to " + most);
            }
            return number;
          })
          .orElse(most);
    }

    CryptoProfile cryptoProfile() {
      return last(SettingKey.CRYPTO_PROFILE)
          .map(each ->
              CryptoProfile.ofWord(each.value())
                  .orElseThrow(() -> refused(each, "this is classic, hybrid or pq")))
          .orElse(CryptoProfile.HYBRID);
    }

    /** One address of several would be none that the command line on this machine finds. */
    String operatorListen() {
      return last(SettingKey.OPERATOR_LISTEN)
          .map(each -> {
            if (!List.of(THIS_MACHINE, "0.0.0.0", "::").contains(each.value())) {
              throw refused(each, "write 127.0.0.1 for this machine alone, 0.0.0.0 or :: for all");
            }
            return each.value();
          })
          .orElse(THIS_MACHINE);
    }

    ConsoleName consoleName() {
      return last(SettingKey.CONSOLE_NAME)
          .map(each -> {
            try {
              return new ConsoleName(each.value());
            } catch (IllegalArgumentException e) {
              throw refused(each, String.valueOf(e.getMessage()));
            }
          })
          .orElse(ConsoleName.LOCALHOST);
    }

    Optional<Path> path(SettingKey key) {
      return last(key).map(SettingsReader::path);
    }

    Optional<Path> file(SettingKey key) {
      return last(key)
          .map(each -> {
            Path file = SettingsReader.path(each);
            if (!Files.isReadable(file)) {
              throw refused(each, "the file " + each.value() + " cannot be read");
            }
            return file;
          });
    }

    Optional<URI> uri(SettingKey key, String... schemes) {
      return last(key)
          .map(each -> {
            try {
              URI uri = new URI(each.value());
              if (uri.getHost() != null && List.of(schemes).contains(uri.getScheme())) {
                return uri;
              }
            } catch (URISyntaxException e) {
              throw refused(each, "'" + e.getInput() + "' is no URL: " + e.getReason());
            }
            throw refused(each, "a URL of the form " + String.join("|", schemes) + "://HOST:PORT");
          });
    }

    Duration duration(SettingKey key, Duration otherwise) {
      return last(key)
          .map(each -> {
            Matcher matcher = DURATION.matcher(each.value());
            if (!matcher.matches()) {
              throw refused(each, "a duration is written 7d, 36h, 15m or 90s");
            }
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
              case "d" -> Duration.ofDays(amount);
              case "h" -> Duration.ofHours(amount);
              case "m" -> Duration.ofMinutes(amount);
              default -> Duration.ofSeconds(amount);
            };
          })
          .orElse(otherwise);
    }

    private static SettingsRefused refused(SettingsReader.Given given, String reason) {
      return new SettingsRefused(given.where() + " " + reason + ".");
    }
  }
}
