package org.thingward.verify.tpm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Objects;

/** What a TPM made: see the README beside the files. */
final class Artefacts {
  private Artefacts() {}

  static byte[] bytes(String name) {
    try (InputStream in = Objects.requireNonNull(Artefacts.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static TpmPublic attestationKey() {
    return TpmPublic.readSized(bytes("ak.pub"));
  }

  static byte[] nonce() {
    return HexFormat.of().parseHex(new String(bytes("nonce.hex"), US_ASCII).strip());
  }
}
