package org.thingward.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EstClientTest {
  private final TestAuthority authority = new TestAuthority("root of tests");
  private final EnrolmentToken token =
      EnrolmentToken.parse(
          "twt1.c2VjcmV0c2VjcmV0c2VjcA." + Credential.digest(authority.root()).hex());
  private final DeviceKey key = DeviceKey.generate(new SecureRandom());

  @Test
  void a_device_enrols_with_its_token_and_gets_a_certificate_for_its_own_key() throws Exception {
    try (TestEstServer server = new TestEstServer(authority, "pump-07:" + token.text());
        EstClient est = new EstClient(server.address(), token.authority())) {
      Credential credential = est.enrol(token, key, "pump-07");
      assertThat(credential.certificate().getPublicKey()).isEqualTo(key.pair().getPublic());
      assertThat(credential.authorities()).containsExactly(authority.root());
    }
  }

  @Test
  void I2_a_server_without_the_authority_of_the_token_is_not_told_the_token() throws Exception {
    try (TestEstServer server = new TestEstServer(new TestAuthority("somebody else"), "x")) {
      assertThatThrownBy(() -> new EstClient(server.address(), token.authority()))
          .isInstanceOf(ServerUnreachable.class)
          .hasMessageContaining("another server");
    }
  }

  @Test
  void a_server_that_answers_without_end_is_left() throws Exception {
    try (TestEstServer server = new TestEstServer(authority, "x")) {
      server.showWithoutEnd();
      assertThatThrownBy(() -> new EstClient(server.address(), token.authority()))
          .isInstanceOf(ServerUnreachable.class)
          .hasMessageContaining("body exceeds capacity");
    }
  }

  @Test
  void a_refused_token_is_reported_in_the_servers_own_words() throws Exception {
    try (TestEstServer server = new TestEstServer(authority, "pump-07:another");
        EstClient est = new EstClient(server.address(), token.authority())) {
      assertThatThrownBy(() -> est.enrol(token, key, "pump-07"))
          .isInstanceOf(ServerRefused.class)
          .hasMessage("this token was used");
    }
  }

  @Test
  void a_request_proves_possession_of_the_key() throws Exception {
    var request = new JcaPKCS10CertificationRequest(key.request("pump-07"));
    assertThat(
            request.isSignatureValid(
                new org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder()
                    .build(request.getPublicKey())))
        .isTrue();
  }

  @Test
  void what_is_no_token_is_refused_without_being_repeated() {
    assertThatThrownBy(() -> EnrolmentToken.parse("my-secret"))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("my-secret");
    assertThat(token.toString()).doesNotContain("c2Vj");
  }

  @Test
  void a_saved_key_is_readable_by_its_owner_alone(@TempDir Path folder) throws Exception {
    authority.credential("pump-07").save(folder, "pump-07");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("pump-07.key"))))
        .isEqualTo("rw-------");
    assertThat(folder.resolve("ca.pem")).content().startsWith("-----BEGIN CERTIFICATE-----\n");
  }
}
