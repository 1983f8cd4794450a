package org.thingward.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Tokens of SoftHSM in a folder of their own, for this process and for its own tool. */
final class SoftHsm {
  private static final String PIN = "246810";
  private static final Path MODULE = Path.of("/usr/lib/softhsm/libsofthsm2.so");

  private final Path folder;

  /** All of a process's tokens are made before the first is opened: the library looks but once. */
  SoftHsm(String... tokens) {
    try {
      folder = Files.createTempDirectory("softhsm");
      Files.writeString(
          folder.resolve("softhsm2.conf"),
          "directories.tokendir = %s\nobjectstore.backend = file\n".formatted(folder));
      Files.writeString(folder.resolve("pin"), PIN + "\n");
      Files.setPosixFilePermissions(
          folder.resolve("pin"), PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (String token : tokens) {
      Command.run(
          folder,
          "env",
          "SOFTHSM2_CONF=" + configuration(),
          "softhsm2-util",
          "--init-token",
          "--free",
          "--label",
          token,
          "--so-pin",
          "13579000",
          "--pin",
          PIN);
    }
    tellLibrary();
  }

  /** The library reads its configuration from the environment, which Java cannot change. */
  private void tellLibrary() {
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      var setenv =
          linker.downcallHandle(
              linker.defaultLookup().find("setenv").orElseThrow(),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_INT));
      int unused =
          (int)
              setenv.invokeExact(
                  arena.allocateFrom("SOFTHSM2_CONF"), arena.allocateFrom(configuration()), 1);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private String configuration() {
    return folder.resolve("softhsm2.conf").toString();
  }

  /** Where keys of {@code prefix} are in this token. */
  Pkcs11Uri uri(String token, String prefix) {
    return Pkcs11Uri.parse(
        "pkcs11:token=%s;object=%s?module-path=%s&pin-source=%s"
            .formatted(token, prefix, MODULE, folder.resolve("pin")));
  }
}
