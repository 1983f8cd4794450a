package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupFileTest {
  @TempDir private Path folder;

  @Test
  void a_name_that_leads_outside_or_cannot_be_is_refused() throws IOException {
    for (String name : List.of("../x", "/etc/x", "", ".", "a/../..", "a\0b")) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(1);
      out.writeUTF(name);
      out.writeByte(0);
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
      assertThatThrownBy(() -> BackupFile.unpack(in, folder, done -> {}))
          .as(name)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("it names a file");
    }
  }
}
