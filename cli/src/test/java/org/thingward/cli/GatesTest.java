package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.thingward.device.BootLogWriter;
import org.thingward.trust.Digest;
import org.thingward.verify.boot.BootEvent;
import org.thingward.verify.boot.BootLog;
import org.thingward.verify.boot.SecureBoot;
import org.thingward.verify.tpm.TpmAlgorithm;

/** The demo's devices with TPMs. */
class GatesTest {
  @Test
  void what_a_gate_writes_of_its_boot_is_read_as_such_and_gives_the_values_that_it_measures() {
    BootLogWriter writer = Gates.released();
    BootLog log = BootLog.read(writer.bytes());
    assertThat(SecureBoot.of(log, TpmAlgorithm.SHA256)).isEqualTo(SecureBoot.ON);
    assertThat(log.events().stream().map(BootEvent::words))
        .contains("variable SecureBoot on", "boot loader gate-1 1.2.0, as released");
    assertThat(log.events().stream().filter(BootEvent::isMeasured))
        .allMatch(event -> event.isOfItsData(TpmAlgorithm.SHA256))
        .hasSameSizeAs(writer.events());
    SortedMap<Integer, String> values = log.replay(TpmAlgorithm.SHA256);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    values.values().forEach(value -> all.writeBytes(HexFormat.of().parseHex(value)));
    assertThat(values).hasSize(8);
    assertThat(Digest.of(all.toByteArray())).isEqualTo(writer.measurement());
    assertThat(Gates.withAGuest().measurement()).isNotEqualTo(writer.measurement());
  }

  @Test
  void without_swtpm_there_are_none_and_the_story_says_so() {
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
    Terminal terminal = new Terminal(nowhere, nowhere, 90, false, false);
    try (Gates gates = Gates.made(Map.of("PATH", "/nowhere"), terminal)) {
      assertThat(gates.maker()).isEmpty();
    }
  }
}
