package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.identity.EnrolmentTest.digest;
import static org.thingward.identity.EnrolmentTest.refused;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.thingward.trust.Subject;

/** A fleet with an authority of its own. */
class ExternalAuthorityTest {
  private static final Subject METER = Subject.device("meter-12");

  @TempDir Path folder;
  @TempDir Path fleet;
  private Installation here;
  private Keys keys;

  @BeforeEach
  void open() {
    keys = new Keys(fleet);
    authority("fleet", "/CN=Fleet CA");
    here = new Installation(folder, mapping("common-name"));
    here.registered.add(METER);
  }

  @AfterEach
  void close() throws Exception {
    here.close();
  }

  @Test
  void its_certificates_name_registered_devices_and_are_stated_at_first_sight() {
    X509Certificate certificate = issue("fleet", "/CN=meter-12", "subjectAltName=DNS:x.example");

    assertThat(here.identity.authorities()).hasSize(2);
    assertThat(here.present(certificate).subject()).isEqualTo(METER);
    assertThat(here.trust.words(METER, Statements.CREDENTIAL, "credential.issuer"))
        .containsExactly("external");
    assertThat(here.trust.accepted(METER)).containsExactly(digest(certificate));
    assertThat(here.trust.words(METER, Statements.HOLDER, "credential.holder"))
        .containsExactly("sole");
    here.present(certificate);
    here.restart(mapping("common-name"));
    here.present(certificate);
    assertThat(here.trust.stated).as("only once").hasSize(2);
  }

  @Test
  void a_later_certificate_of_the_same_device_does_not_say_again_that_its_key_has_one_holder() {
    here.present(issue("fleet", "/CN=meter-12", "subjectAltName=DNS:x.example"));
    X509Certificate next = issue("fleet", "/CN=meter-12", "subjectAltName=DNS:y.example");

    here.present(next);
    assertThat(here.trust.accepted(METER)).containsExactly(digest(next));
    assertThat(here.trust.of(METER, Statements.HOLDER)).hasSize(1);
  }

  @Test
  void a_device_that_is_not_registered_is_refused() {
    X509Certificate certificate = issue("fleet", "/CN=meter-13", "subjectAltName=DNS:x.example");
    refused(403, "device-unknown", () -> here.present(certificate));
    assertThat(here.trust.stated).isEmpty();
  }

  @Test
  void G9_a_certificate_of_another_authority_brings_no_retired_id_back() {
    here.retired.add(METER);
    X509Certificate certificate = issue("fleet", "/CN=meter-12", "subjectAltName=DNS:x.example");
    refused(403, "device-retired", () -> here.present(certificate));
    assertThat(here.trust.stated).isEmpty();
  }

  @Test
  void a_device_with_certificates_of_this_installation_is_refused() {
    here.enrol("meter-12", here.token("meter-12"), keys.ecRequest("own"));
    X509Certificate certificate = issue("fleet", "/CN=meter-12", "subjectAltName=DNS:x.example");
    refused(403, "other-authority", () -> here.present(certificate));
  }

  @Test
  void the_uri_of_this_installation_means_nothing_under_another_authority() {
    X509Certificate certificate =
        issue("fleet", "/CN=meter-99", "subjectAltName=URI:thingward:device:meter-12");
    refused(403, "device-unknown", () -> here.present(certificate));
  }

  @Test
  void another_authority_cannot_issue_under_this_authoritys_name() {
    String issuing =
        Command.run(
            folder,
            "openssl",
            "x509",
            "-in",
            "issuing-1.pem",
            "-noout",
            "-subject",
            "-nameopt",
            "RFC2253");
    String name = issuing.substring(issuing.indexOf("CN=")).strip();
    authority("forged", "/" + name);
    X509Certificate certificate =
        issue("forged", "/CN=meter-12", "subjectAltName=URI:thingward:device:meter-12");
    refused(403, "certificate-invalid", () -> here.present(certificate));
    // Admitted, it speaks for its own devices, by its own mapping.
    here.restart(DeviceAuthority.read(fleet.resolve("forged.pem"), "san-uri:urn:elsewhere:(.+)"));
    refused(403, "certificate-names-nobody", () -> here.present(certificate));
    X509Certificate own = issue("forged", "/CN=any", "subjectAltName=URI:urn:elsewhere:meter-12");
    assertThat(here.present(own).subject()).isEqualTo(METER);
    assertThat(here.trust.words(METER, Statements.CREDENTIAL, "credential.issuer"))
        .containsExactly("external");
  }

  @Test
  void an_authoritys_or_servers_certificate_names_nobody() {
    X509Certificate server = here.identity.serverCredential().chain().getFirst();
    refused(403, "certificate-invalid", () -> here.present(server));
    refused(403, "certificate-invalid", () -> here.present(here.identity.authorities().getFirst()));
  }

  @ParameterizedTest
  @CsvSource({
    "common-name, /CN=meter-12, DNS:x.example",
    "serial-number, /serialNumber=meter-12/CN=any, DNS:x.example",
    "san-uri:urn:acme:device:(.+), /CN=any, URI:urn:acme:device:meter-12",
    "'san-dns:(.+)[.]fleet[.]example', /CN=any, DNS:meter-12.fleet.example"
  })
  void the_id_comes_from_the_configured_field(String mapping, String subject, String name) {
    X509Certificate certificate = issue("fleet", subject, "subjectAltName=" + name);
    assertThat(mapping(mapping).device(certificate)).contains(METER);
  }

  @ParameterizedTest
  @CsvSource({
    "common-name, /O=none, DNS:x.example",
    "common-name, /CN=m#12, DNS:x.example",
    "common-name:meter-(.+), /CN=pump-1, DNS:x.example",
    "san-dns, /CN=any, 'DNS:a,DNS:b'"
  })
  void a_field_that_is_absent_malformed_or_ambiguous_names_nobody(
      String mapping, String subject, String names) {
    X509Certificate certificate = issue("fleet", subject, "subjectAltName=" + names);
    assertThat(mapping(mapping).device(certificate)).isEmpty();
  }

  @Test
  void a_mapping_of_an_unknown_field_or_a_broken_pattern_is_refused() {
    assertThatThrownBy(() -> mapping("email")).hasMessageContaining("common-name");
    assertThatThrownBy(() -> mapping("common-name:(")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DeviceAuthority.read(fleet.resolve("fleet.key"), "common-name"))
        .hasMessageContaining("no certificate");
  }

  private DeviceAuthority mapping(String mapping) {
    return DeviceAuthority.read(fleet.resolve("fleet.pem"), mapping);
  }

  private void authority(String name, String subject) {
    keys.key(name, "EC", "ec_paramgen_curve:P-256");
    Command.run(
        fleet,
        "openssl",
        "req",
        "-x509",
        "-new",
        "-key",
        name + ".key",
        "-subj",
        subject,
        "-days",
        "30",
        "-out",
        name + ".pem");
  }

  private X509Certificate issue(String authority, String subject, String extension) {
    Command.run(
        fleet,
        "openssl",
        "req",
        "-new",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        "leaf.key",
        "-subj",
        subject,
        "-out",
        "leaf.csr");
    keys.write(
        "leaf.ext",
        (extension + "\nextendedKeyUsage=clientAuth\n")
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    Command.run(
        fleet,
        "openssl",
        "x509",
        "-req",
        "-in",
        "leaf.csr",
        "-CA",
        authority + ".pem",
        "-CAkey",
        authority + ".key",
        "-days",
        "10",
        "-extfile",
        "leaf.ext",
        "-out",
        "leaf.pem");
    return Authority.read(keys.read("leaf.pem"));
  }
}
