package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Tier;
import org.thingward.trust.TrustVector;
import org.thingward.verify.ear.Ear;
import org.thingward.verify.ear.EarKeys;
import org.thingward.verify.ear.SignedEar;

class VerifyEarTest {
  private static final Instant AT = Instant.parse("2026-11-26T12:00:00Z");

  @TempDir Path folder;

  @Test
  void a_result_is_verified_offline_by_keys_that_one_has_and_by_no_others() throws Exception {
    KeyPair pair = pair();
    Path ours = keys("ours.json", pair);
    Path others = keys("others.json", pair());
    Path token = Files.writeString(folder.resolve("ear.jwt"), token(pair).text());
    Path answer =
        Files.writeString(
            folder.resolve("answer.json"), "{\"ear\":\"" + token(pair).text() + "\"}");
    for (Path file : List.of(token, answer)) {
      CommandLineRun run = run(file, ours, "2026-11-26T12:00:30Z");
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out()).contains("device:pump-07  warning", "good until 2026-11-26T12:01:00Z");
    }
    CommandLineRun foreign = run(token, others, "2026-11-26T12:00:30Z");
    assertThat(foreign.exitCode()).isEqualTo(4);
    assertThat(foreign.err()).contains("none of those believed");
    assertThat(run(token, ours, "2026-11-26T12:01:00Z").exitCode()).isEqualTo(4);
    assertThat(CommandLineRun.of("verify", "ear", token.toString()).exitCode()).isEqualTo(2);
  }

  @Test
  void what_begins_as_JSON_and_is_none_is_not_verified() throws Exception {
    Path keys = keys("keys.json", pair());
    for (String text : List.of("{", "{}", "{\"ear\":7}", "{\"ear\":\"\\ud800\"}")) {
      Path file = Files.writeString(folder.resolve("answer.json"), text);
      CommandLineRun run = run(file, keys, "2026-11-26T12:00:30Z");
      assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
      assertThat(run.err()).contains("answer.json is not verified: ");
    }
  }

  private static CommandLineRun run(Path file, Path keys, String at) {
    return CommandLineRun.of(
        "verify", "ear", file.toString(), "--keys", keys.toString(), "--at", at);
  }

  private Path keys(String name, KeyPair pair) throws Exception {
    byte[] set = EarKeys.of(List.of((ECPublicKey) pair.getPublic())).json();
    return Files.write(folder.resolve(name), set);
  }

  private static KeyPair pair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private static SignedEar token(KeyPair pair) {
    Ear.Appraised part =
        new Ear.Appraised(Tier.WARNING, TrustVector.EMPTY, List.of(), Optional.of("L3"));
    Ear ear =
        new Ear(
            Ear.PROFILE,
            AT,
            Optional.of(AT.plusSeconds(60)),
            "works",
            "1.0",
            new TreeMap<>(Map.of("device:pump-07", part)));
    return SignedEar.of(
        ear,
        (ECPublicKey) pair.getPublic(),
        message -> {
          try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(pair.getPrivate());
            signature.update(message);
            return signature.sign();
          } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
          }
        });
  }
}
