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
  void what_is_neither_file_nor_folder_and_a_length_below_nothing_are_refused() throws IOException {
    for (int kind : List.of(2, 3, -1)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(kind);
      out.writeUTF("x");
      out.writeLong(-1);
      out.writeByte(0);
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
      assertThatThrownBy(() -> BackupFile.unpack(in, folder, done -> {}))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(kind == 2 ? "shorter than nothing" : "neither file nor folder");
    }
  }

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
