package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Secrets of others that settings bring in. */
class ImportedCredentialTest {
  @Test
  void a_database_password_that_anybody_tries_is_refused_before_anybody_connects() {
    for (String known : List.of("postgres", "xc3511", "Pass%77ord", "")) {
      assertThatIllegalArgumentException()
          .as(known)
          .isThrownBy(
              () -> Database.external("jdbc:postgresql://localhost:1/t?user=me&password=" + known))
          .withMessageContaining("--database: the password in its URL is one that anybody tries")
          .withMessageContaining("openssl rand -hex 16");
    }
  }

  @Test
  void what_is_too_plain_is_refused_or_said_and_never_shown() {
    ImportedCredential refused =
        new ImportedCredential("the key", "make another", ImportedCredential.Floor.REFUSED);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> refused.require("", "summer-24"))
        .withMessageMatching("the key has \\d+ bits at most; with 64 or more .*: make another")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("summer"));
    refused.require("", "aM0x!rQ82kLp7Zt4");
    try (Said said = new Said(ImportedCredential.class)) {
      ImportedCredential flagged =
          new ImportedCredential("the key", "make another", ImportedCredential.Floor.FLAGGED);
      flagged.require("", "summer-24");
      flagged.require("", "aM0x!rQ82kLp7Zt4");
      assertThat(said.warnings())
          .singleElement()
          .asString()
          .contains("bits at most")
          .doesNotContain("summer");
    }
  }
}
