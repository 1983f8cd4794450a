package org.thingward.platform;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The settings there are: flags {@code --key VALUE}, or {@code key: value} in a settings file. */
enum SettingKey {
  DATA(Part.PLACE, "DIR", "~/.local/share/thingward", "where everything is kept"),
  LISTEN(Part.PLACE, "ADDRESS", "0.0.0.0", "the address the device plane listens on"),
  HOST(
      Part.PLACE,
      "NAME",
      "localhost, 127.0.0.1",
      "a name or address at which devices reach this server; may be repeated"),
  MQTT_PORT(Part.PLACE, "PORT", "8883", "MQTT over TLS; 0 picks a free one"),
  HTTPS_PORT(Part.PLACE, "PORT", "8443", "enrolment and evidence over HTTPS"),
  OPERATOR_PORT(Part.PLACE, "PORT", "9443", "the console and the operator API"),
  OPERATOR_LISTEN(
      Part.PLACE,
      "ADDRESS",
      "127.0.0.1",
      "where those listen: 127.0.0.1, for this machine alone; 0.0.0.0 or :: for others too, with a console-name"),
  CONSOLE_NAME(
      Part.PLACE,
      "NAME",
      "localhost",
      "the DNS name at which browsers reach the console; passkeys are bound to it, so it cannot change once the first one is registered"),
  PUBLIC_URL(
      Part.PLACE,
      "URL",
      "",
      "the HTTPS listener as devices see it; certificates name the CRL there"),
  TLS_1_2(Part.PLACE, "", "no", "accept TLS 1.2 from devices too"),
  BROKER(
      Part.BROKER,
      "URL",
      "the one that comes along",
      "put the gateway before this broker, mqtt(s)://[USER@]HOST:PORT"),
  BROKER_CA(
      Part.BROKER, "FILE", "", "the authority (PEM) that the broker's certificate must lead to"),
  BROKER_PASSWORD_FILE(
      Part.BROKER, "FILE", "", "the file whose first line is the password of USER there"),
  DEVICE_CA(
      Part.TRUST,
      "FILE",
      "",
      "authorities (PEM) of the fleet's own whose device certificates are admitted"),
  DEVICE_CA_MAPPING(
      Part.TRUST, "FIELD[:PATTERN]", "common-name", "where their certificates name the device"),
  TPM_CA(
      Part.TRUST,
      "FILE",
      "",
      "roots (PEM) of the makers of TPMs whose endorsement keys are believed, and what completes their chains; without one no TPM is"),
  EST_SERVERKEYGEN(
      Part.TRUST,
      "",
      "no",
      "make keys for devices that ask for it over EST; such a key has been outside its device"),
  EST_CHANNEL_BINDING(
      Part.TRUST,
      "",
      "no",
      "take requests over EST only with the tls-exporter of their connection as challengePassword"),
  ACME_NETWORK(
      Part.TRUST,
      "ADDRESS/BITS",
      "",
      "where http-01 may connect to see whether a server's name is its own, e.g. 10.0.0.0/8; may be repeated; without one no server gets a certificate over ACME"),
  CERTIFICATE_LIFE(
      Part.TRUST, "DURATION", "7d", "how long device certificates last, e.g. 7d or 36h"),
  CRYPTO_PROFILE(
      Part.TRUST,
      "NAME",
      "hybrid",
      "the algorithms that are taken: classic, hybrid (ML-KEM in handshakes with who can, ML-DSA keys on request) or pq (no handshake without ML-KEM, no RSA keys)"),
  POLICY(
      Part.TRUST,
      "FILE",
      "the default policy",
      "the policy to start with; later ones come by 'policy apply'"),
  KEY_ENCRYPTION_KEY(
      Part.TRUST,
      "FILE or URI",
      "a file beside the keys",
      "the key that encrypts keys: a file, e.g. a systemd credential, or the PKCS#11 token that it stays in, pkcs11:token=LABEL?module-path=FILE&pin-source=FILE"),
  ISSUING_KEY(
      Part.TRUST,
      "URI",
      "an encrypted file",
      "the PKCS#11 token in which issuing keys are made and stay, pkcs11:token=LABEL?module-path=FILE&pin-source=FILE"),
  WITNESS_POLICY(
      Part.TRUST,
      "FILE",
      "",
      "the witnesses that cosign the log's checkpoints, as C2SP tlog-policy"),
  APPROVAL_RAISED(
      Part.TRUST,
      "NUMBER",
      "10",
      "how many devices one operator may raise within 24 hours before others must agree, at most 10"),
  APPROVAL_QUORUM(
      Part.TRUST,
      "GROUND=QUORUM",
      "",
      "who must agree to changes beyond what is always demanded, e.g. \"release=2 of role:releaser\"; may be repeated"),
  APPROVER_AUTHENTICATORS(
      Part.TRUST,
      "FILE",
      "",
      "roots (PEM) of the makers of authenticators that approvers must have; their keys must not be synchronised. Without it any that verifies its user will do"),
  APPROVAL_WEBHOOK(
      Part.TRUST,
      "URL",
      "",
      "told of each change that waits for approval; https, or http on this machine"),
  APPROVAL_WEBHOOK_KEY(
      Part.TRUST,
      "FILE",
      "",
      "what signs that, by HMAC-SHA256: a file of 16 bytes at least, known to the receiver"),
  DATABASE(Part.PLACE, "URL", "one of our own", "use this PostgreSQL, jdbc:postgresql://…"),
  CONFIG(Part.COMMAND, "FILE", "", "read settings from this YAML file; flags go before it"),
  JSON(Part.COMMAND, "", "no", "say what is ready as one line of JSON"),
  HELP(Part.COMMAND, "", "no", "this text");

  /** What settings are about, in the order in which they are told. */
  enum Part {
    PLACE("Where it is"),
    BROKER("The broker behind the gateway"),
    TRUST("Whom it trusts, and what protects its keys"),
    COMMAND("The command itself");

    private final String title;

    Part(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  private final Part part;
  private final String value;
  private final String otherwise;
  private final String meaning;

  SettingKey(Part part, String value, String otherwise, String meaning) {
    this.part = part;
    this.value = value;
    this.otherwise = otherwise;
    this.meaning = meaning;
  }

  Part part() {
    return part;
  }

  /** What kind of value it takes, empty if none. */
  String value() {
    return value;
  }

  /** What holds when it is not given, empty if nothing does. */
  String otherwise() {
    return otherwise;
  }

  String meaning() {
    return meaning;
  }

  /** As it is written. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private String told() {
    boolean counts = !otherwise.isEmpty() && !isFlag();
    return counts ? meaning + "; " + otherwise : meaning;
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
      text.append("  --%-36s %s%n".formatted((key.word() + " " + key.value).strip(), key.told()));
    }
    return text.toString();
  }
}
