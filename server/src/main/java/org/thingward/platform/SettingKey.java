package org.thingward.platform;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The settings there are: flags {@code --key VALUE}, or {@code key: value} in a settings file. */
enum SettingKey {
  DATA("DIR", "where everything is kept; ~/.local/share/thingward"),
  LISTEN("ADDRESS", "the address the device plane listens on; 0.0.0.0"),
  HOST("NAME", "a name or address at which devices reach this server; may be repeated; localhost"),
  MQTT_PORT("PORT", "MQTT over TLS; 8883; 0 picks a free one"),
  HTTPS_PORT("PORT", "enrolment and evidence over HTTPS; 8443"),
  OPERATOR_PORT("PORT", "the operator API, on this machine alone; 9443"),
  PUBLIC_URL("URL", "the HTTPS listener as devices see it; certificates then name the CRL there"),
  TLS_1_2("", "accept TLS 1.2 from devices too"),
  BROKER("URL", "put the gateway before this broker, mqtt(s)://[USER@]HOST:PORT"),
  BROKER_CA("FILE", "the authority (PEM) that the broker's certificate must lead to"),
  BROKER_PASSWORD_FILE("FILE", "the file whose first line is the password of USER there"),
  DEVICE_CA("FILE", "authorities (PEM) of the fleet's own whose device certificates are admitted"),
  DEVICE_CA_MAPPING("FIELD[:PATTERN]", "where their certificates name the device; common-name"),
  CERTIFICATE_LIFE("DURATION", "how long device certificates last, e.g. 7d or 36h; 7d"),
  POLICY("FILE", "the policy to start with; later ones come by 'policy apply'"),
  DATABASE("URL", "use this PostgreSQL, jdbc:postgresql://…, instead of one of our own"),
  KEY_ENCRYPTION_KEY("FILE", "the key that encrypts keys, e.g. a systemd credential"),
  WITNESS_POLICY("FILE", "the witnesses that cosign the log's checkpoints, as C2SP tlog-policy"),
  CONFIG("FILE", "read settings from this YAML file; flags go before it"),
  JSON("", "say what is ready as one line of JSON"),
  HELP("", "this text");

  private final String value;
  private final String meaning;

  SettingKey(String value, String meaning) {
    this.value = value;
    this.meaning = meaning;
  }

  /** As it is written. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean isFlag() {
    return value.isEmpty();
  }

  static List<String> words() {
    return Arrays.stream(values()).map(SettingKey::word).toList();
  }

  /**
   * The key that {@code word} names.
   *
   * @throws SettingsRefused naming the nearest one, if there is none
   */
  static SettingKey ofWord(String word, String where) {
    return Arrays.stream(values())
        .filter(key -> key.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new SettingsRefused(
                where + " there is no setting '" + word + "'." + NearestWord.hint(word, words())));
  }

  /** One line of help for each. */
  static String help() {
    StringBuilder text = new StringBuilder();
    for (SettingKey key : values()) {
      text.append("  --%-36s %s%n".formatted((key.word() + " " + key.value).strip(), key.meaning));
    }
    return text.toString();
  }
}
