package org.thingward.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keys and requests made by openssl, in a folder. */
record Keys(Path folder) {
  /**
   * A request in DER for a new key of this name, e.g. of {@code "EC", "ec_paramgen_curve:P-256"}.
   */
  byte[] request(String name, String algorithm, String... options) {
    key(name, algorithm, options);
    return request(name);
  }

  byte[] ecRequest(String name) {
    return request(name, "EC", "ec_paramgen_curve:P-256");
  }

  void key(String name, String algorithm, String... options) {
    String[] command = new String[6 + 2 * options.length];
    System.arraycopy(
        new String[] {"openssl", "genpkey", "-algorithm", algorithm, "-out", name + ".key"},
        0,
        command,
        0,
        6);
    for (int i = 0; i < options.length; i++) {
      command[6 + 2 * i] = "-pkeyopt";
      command[7 + 2 * i] = options[i];
    }
    Command.run(folder, command);
  }

  /** A request for a key that is there already. */
  byte[] request(String name) {
    Command.run(
        folder,
        "openssl",
        "req",
        "-new",
        "-key",
        name + ".key",
        "-subj",
        "/CN=ignored/O=anyone",
        "-outform",
        "DER",
        "-out",
        name + ".csr");
    return read(name + ".csr");
  }

  byte[] read(String file) {
    try {
      return Files.readAllBytes(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(String file, byte[] content) {
    try {
      Files.write(folder.resolve(file), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
