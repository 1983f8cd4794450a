package org.thingward.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.thingward.platform.Randomness;
import org.thingward.verify.log.Checkpoint;
import org.thingward.verify.log.NoteAlgorithm;
import org.thingward.verify.log.NoteSignature;
import org.thingward.verify.log.VerifierKey;

/**
 * The keys that sign a log's checkpoints, Ed25519 and ML-DSA-44, and the log's name.
 *
 * <p>Stored as four lines of text: format and version, origin, and for each algorithm its name and
 * its 32-byte seed in base64 (RFC 8032 §5.1.5 private key; FIPS 204 §5.1 seed ξ).
 */
public final class LedgerKeys {
  private static final String FILE = "ledger-keys";
  private static final String FORMAT = "thingward-ledger-keys 1";
  private static final int SEED = 32;

  private final String origin;
  private final PrivateKey ed25519;
  private final PrivateKey mlDsa44;
  private final VerifierKey ed25519Verifier;
  private final VerifierKey mlDsa44Verifier;

  private LedgerKeys(String origin, byte[] ed25519Seed, byte[] mlDsaSeed)
      throws GeneralSecurityException, IOException {
    this.origin = origin;
    this.ed25519 =
        KeyFactory.getInstance("Ed25519")
            .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, ed25519Seed));
    this.ed25519Verifier =
        new VerifierKey(
            origin,
            NoteAlgorithm.ED25519,
            new Ed25519PrivateKeyParameters(ed25519Seed).generatePublicKey().getEncoded());
    MLDSAPrivateKeyParameters expanded =
        new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_44, mlDsaSeed);
    this.mlDsa44 = jdkKey(expanded);
    this.mlDsa44Verifier =
        new VerifierKey(origin, NoteAlgorithm.ML_DSA_44, expanded.getPublicKey());
  }

  /**
   * The keys in the file {@code ledger-keys} of {@code folder}, made (readable by this user only)
   * if there is no such file.
   *
   * @throws IOException if the file cannot be read or written, or holds something else
   */
  public static LedgerKeys open(Path folder, Randomness randomness) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      write(folder, randomness);
    }
    List<String> lines = Files.readAllLines(file);
    if (lines.size() != 4 || !lines.get(0).equals(FORMAT)) {
      throw new IOException(file + " holds no ledger keys of this version");
    }
    try {
      return new LedgerKeys(
          value(lines.get(1), "origin"),
          Base64.getDecoder().decode(value(lines.get(2), "Ed25519")),
          Base64.getDecoder().decode(value(lines.get(3), "ML-DSA-44")));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw new IOException(file + " holds no usable ledger keys", e);
    }
  }

  private static void write(Path folder, Randomness randomness) throws IOException {
    Base64.Encoder base64 = Base64.getEncoder();
    String text =
        "%s\norigin thingward/%s\nEd25519 %s\nML-DSA-44 %s\n"
            .formatted(
                FORMAT,
                randomness.id(),
                base64.encodeToString(randomness.bytes(SEED)),
                base64.encodeToString(randomness.bytes(SEED)));
    Path scratch = folder.resolve(FILE + ".new");
    Files.deleteIfExists(scratch);
    Files.createFile(
        scratch,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(scratch, text, StandardOpenOption.WRITE);
    Disk.MACHINE.forceNames(scratch);
    Disk.MACHINE.move(scratch, folder.resolve(FILE));
    Disk.MACHINE.forceNames(folder);
  }

  private static String value(String line, String name) {
    if (!line.startsWith(name + " ")) {
      throw new IllegalArgumentException("a line begins with " + name);
    }
    return line.substring(name.length() + 1);
  }

  // The JDK reads ML-DSA keys in expanded form only: an octet string within the PKCS#8 one.
  private static PrivateKey jdkKey(MLDSAPrivateKeyParameters key)
      throws GeneralSecurityException, IOException {
    AlgorithmIdentifier algorithm = new AlgorithmIdentifier(NISTObjectIdentifiers.id_ml_dsa_44);
    byte[] pkcs8 = new PrivateKeyInfo(algorithm, new DEROctetString(key.getEncoded())).getEncoded();
    return KeyFactory.getInstance("ML-DSA-44").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  /** The log's name, e.g. {@code thingward/0199…}. */
  public String origin() {
    return origin;
  }

  /** What verifies the log's signatures. */
  public List<VerifierKey> verifiers() {
    return List.of(ed25519Verifier, mlDsa44Verifier);
  }

  /** {@code head} with both signatures, dated {@code now} to the second. */
  Checkpoint sign(Checkpoint head, Instant now) {
    long seconds = now.getEpochSecond();
    byte[] bare = sign(mlDsa44, "ML-DSA-44", head.cosignedMessage(origin, seconds));
    byte[] dated = ByteBuffer.allocate(8 + bare.length).putLong(seconds).put(bare).array();
    byte[] classic = sign(ed25519, "Ed25519", head.noteText());
    return head.with(
        List.of(
            NoteSignature.of(origin, ed25519Verifier.keyId(), classic),
            NoteSignature.of(origin, mlDsa44Verifier.keyId(), dated)));
  }

  /** The verifier keys as the log publishes them, one a line. */
  byte[] published() {
    return (ed25519Verifier + "\n" + mlDsa44Verifier + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] sign(PrivateKey key, String algorithm, byte[] message) {
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the ledger's " + algorithm + " key cannot sign", e);
    }
  }
}
