package org.thingward.verify.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;

/** A private key that signs checkpoints: a log's own, or a witness's. */
public final class CheckpointSigner {
  /** Bytes of a seed: RFC 8032 §5.1.5 private key; FIPS 204 §5.1 seed ξ. */
  public static final int SEED = 32;

  private final PrivateKey key;
  private final VerifierKey verifier;

  private CheckpointSigner(PrivateKey key, VerifierKey verifier) {
    this.key = key;
    this.verifier = verifier;
  }

  /**
   * The key that follows from {@code seed}.
   *
   * @param name its name in notes; of a log's own key: the origin
   * @throws IllegalArgumentException if the seed has not 32 bytes, or the name is none
   */
  public static CheckpointSigner of(String name, NoteAlgorithm algorithm, byte[] seed) {
    if (seed.length != SEED) {
      throw new IllegalArgumentException("a seed has 32 bytes, this one " + seed.length);
    }
    try {
      return switch (algorithm) {
        case ED25519, ED25519_COSIGNATURE -> ed25519(name, algorithm, seed);
        case ML_DSA_44 -> mlDsa44(name, seed);
      };
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the JDK has no " + algorithm.standardName(), e);
    }
  }

  private static CheckpointSigner ed25519(String name, NoteAlgorithm algorithm, byte[] seed)
      throws GeneralSecurityException {
    EdECPrivateKeySpec spec = new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed);
    byte[] open = new Ed25519PrivateKeyParameters(seed).generatePublicKey().getEncoded();
    return new CheckpointSigner(
        KeyFactory.getInstance("Ed25519").generatePrivate(spec),
        new VerifierKey(name, algorithm, open));
  }

  // The JDK reads ML-DSA keys in expanded form only: an octet string within the PKCS#8 one.
  private static CheckpointSigner mlDsa44(String name, byte[] seed)
      throws GeneralSecurityException, IOException {
    MLDSAPrivateKeyParameters expanded =
        new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_44, seed);
    AlgorithmIdentifier algorithm = new AlgorithmIdentifier(NISTObjectIdentifiers.id_ml_dsa_44);
    byte[] pkcs8 =
        new PrivateKeyInfo(algorithm, new DEROctetString(expanded.getEncoded())).getEncoded();
    return new CheckpointSigner(
        KeyFactory.getInstance("ML-DSA-44").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)),
        new VerifierKey(name, NoteAlgorithm.ML_DSA_44, expanded.getPublicKey()));
  }

  /** What verifies its signatures. */
  public VerifierKey verifier() {
    return verifier;
  }

  /** A signature line for {@code head}, dated {@code now} to the second where dates are signed. */
  public NoteSignature sign(Checkpoint head, Instant now) {
    if (!verifier.algorithm().isDated()) {
      return line(sign(head.noteText()));
    }
    long seconds = now.getEpochSecond();
    byte[] bare = sign(head.datedMessage(verifier, seconds));
    return line(ByteBuffer.allocate(Long.BYTES + bare.length).putLong(seconds).put(bare).array());
  }

  private NoteSignature line(byte[] signature) {
    return NoteSignature.of(verifier.name(), verifier.keyId(), signature);
  }

  private byte[] sign(byte[] message) {
    try {
      Signature signer = Signature.getInstance(verifier.algorithm().standardName());
      signer.initSign(key);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "the " + verifier.algorithm().standardName() + " key cannot sign", e);
    }
  }
}
