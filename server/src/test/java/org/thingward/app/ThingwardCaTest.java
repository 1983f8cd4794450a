package org.thingward.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ceremony as people walk it, each step in a process of its own. */
class ThingwardCaTest {
  @TempDir private Path temp;

  private EndedMain ca(String... arguments) {
    return EndedMain.of(ThingwardCa.class, temp, arguments);
  }

  private String done(String... arguments) {
    EndedMain ended = ca(arguments);
    assertThat(ended.code()).as(ended.err()).isZero();
    return ended.out();
  }

  @Test
  void I1_a_root_made_elsewhere_certifies_a_key_that_is_read_to_it() throws Exception {
    assertThat(done("init", "--offline", "--to", "root")).contains("fingerprint is sha256:");
    Matcher key = Pattern.compile("sha256:[0-9a-f]{64}").matcher(done("request", "--data", "data"));
    assertThat(key.find()).isTrue();

    String request = "data/keys/issuing-1.csr";
    String wrong =
        key.group()
            .replaceFirst("sha256:.", "sha256:x")
            .replace('x', key.group().charAt(7) == '0' ? '1' : '0');
    EndedMain other = ca("sign", request, "--root", "root", "--key", wrong, "--to", "signed.pem");
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.err()).contains("changed on its way");

    done("sign", request, "--root", "root", "--key", key.group(), "--to", "signed.pem");
    assertThat(done("take", "signed.pem", "--root", "root/root.pem", "--data", "data"))
        .contains("issuing-1 is taken");
    assertThat(temp.resolve("data/keys/root-key.pem")).doesNotExist();
    assertThat(Files.readString(temp.resolve("data/keys/root.pem")))
        .isEqualTo(Files.readString(temp.resolve("root/root.pem")));
  }

  @Test
  void I1_a_stopped_servers_keys_are_sealed_under_another_key_and_it_goes_on_without_the_old_one()
      throws Exception {
    Path next = temp.resolve("next-key");
    Files.writeString(next, "thingward-kek-v1:" + "A".repeat(43) + "=\n");
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
    try (RunningHouse house = new RunningHouse(temp.resolve("house"))) {
      house.enrol("device", "pump-1");
      assertThat(house.operator("POST", "/tokens", "{\"device\":\"x\",\"cmp\":true}").status())
          .isEqualTo(201);
      String[] order = {
        "reseal", "--to", next.toString(), "--data", house.data().toString(), "--json"
      };
      assertThat(ca(order).err()).contains("another Thingward uses");
      Path old = house.data().resolve("keys/key-encryption-key");
      house.restartAfter(
          () -> {
            assertThat(done(order)).contains("\"keys\":2,\"secrets\":1");
            assertThat(old.toFile().delete()).isTrue();
          },
          "--key-encryption-key",
          next.toString());
      assertThat(old).doesNotExist();
      assertThat(house.device("pump-1", "/.well-known/est/cacerts").status()).isEqualTo(200);
    }
  }

  @Test
  void wrong_usage_ends_with_2_and_says_what_is_missing() throws Exception {
    assertThat(ca("init", "--to", "root"))
        .satisfies(ended -> {
          assertThat(ended.code()).isEqualTo(2);
          assertThat(ended.err()).contains("--offline is missing");
        });
    assertThat(ca("rotate", "--data", "data", "--reason", "yearly"))
        .satisfies(ended -> {
          assertThat(ended.code()).isEqualTo(2);
          assertThat(ended.err()).contains("--by TEXT is missing");
        });
    assertThat(ca("reseal", "--data", "data").err()).contains("--to KEY is missing");
    assertThat(ca("reseal", "--to", "key", "--data", "data"))
        .satisfies(ended -> {
          assertThat(ended.code()).isEqualTo(2);
          assertThat(ended.err()).contains("there is no server in");
        });
    assertThat(ca("--help").out()).contains("usage: ./thingward ca init");
  }
}
