package org.thingward.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
  private static final FileTime EARLIER = FileTime.from(Instant.EPOCH);

  @TempDir private Path folder;

  @Test
  void a_file_in_public_view_is_not_touched_when_its_bytes_are_written_again() throws IOException {
    DurableFiles files = new DurableFiles(Disk.MACHINE, folder, folder);
    Map<String, byte[]> tile = Map.of("tile/1/000.p/52", new byte[52 * 32]);
    files.write(tile);
    Path path = Files.setLastModifiedTime(folder.resolve("tile/1/000.p/52"), EARLIER);
    files.write(tile);
    assertThat(Files.getLastModifiedTime(path)).isEqualTo(EARLIER);
  }

  @Test
  void a_file_is_put_in_place_whole_so_that_a_crash_leaves_none_cut_short() throws IOException {
    Path nowhere = folder.resolve("not/there");
    Map<String, byte[]> tile = Map.of("tile/1/000.p/19", new byte[19 * 32]);
    assertThatThrownBy(() -> new DurableFiles(Disk.MACHINE, folder, nowhere).write(tile))
        .isInstanceOf(IOException.class);
    assertThat(folder.resolve("tile/1/000.p/19")).doesNotExist();
  }

  @Test
  void a_file_that_a_crash_cut_short_is_written_whole() throws IOException {
    DurableFiles files = new DurableFiles(Disk.MACHINE, folder, folder);
    files.write(Map.of("tile/1/000.p/52", new byte[7]));
    files.write(Map.of("tile/1/000.p/52", new byte[52 * 32]));
    assertThat(folder.resolve("tile/1/000.p/52")).hasSize(52 * 32);
  }
}
