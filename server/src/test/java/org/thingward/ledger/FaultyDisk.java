package org.thingward.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The machine's disk, but for what a test puts in its way. */
class FaultyDisk implements Disk {
  @Override
  public OpenFile open(Path file) throws IOException {
    OpenFile real = Disk.MACHINE.open(file);
    return new OpenFile() {
      @Override
      public void write(ByteBuffer bytes, long at) throws IOException {
        FaultyDisk.this.write(file, real, bytes, at);
      }

      @Override
      public void truncate(long length) throws IOException {
        FaultyDisk.this.truncate(file, real, length);
      }

      @Override
      public void force() throws IOException {
        FaultyDisk.this.force(file, real);
      }

      @Override
      public long length() throws IOException {
        return real.length();
      }

      @Override
      public void close() throws IOException {
        real.close();
      }
    };
  }

  void write(Path file, OpenFile real, ByteBuffer bytes, long at) throws IOException {
    real.write(bytes, at);
  }

  void truncate(Path file, OpenFile real, long length) throws IOException {
    real.truncate(length);
  }

  void force(Path file, OpenFile real) throws IOException {
    real.force();
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Disk.MACHINE.move(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    Disk.MACHINE.delete(path);
  }

  @Override
  public void makeFolder(Path folder) throws IOException {
    Disk.MACHINE.makeFolder(folder);
  }

  @Override
  public void forceNames(Path folder) throws IOException {
    Disk.MACHINE.forceNames(folder);
  }
}
