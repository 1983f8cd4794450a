package org.thingward.attestation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.thingward.platform.Randomness;
import org.thingward.verify.tpm.TpmAlgorithm;
import org.thingward.verify.tpm.TpmPublic;

/**
 * A secret that one TPM alone can open, and only if a certain key is in it: what
 * TPM2_MakeCredential makes (TPM 2.0 Library, Part 1, 24), in the file format of tpm2-tools.
 */
final class SealedSecret {
  private static final int MAGIC = 0xBADCC0DE;
  private static final int VERSION = 1;

  private final TpmPublic endorsement;
  private final TpmAlgorithm hash;
  private final Randomness randomness;

  private SealedSecret(TpmPublic endorsement, Randomness randomness) {
    this.endorsement = endorsement;
    this.hash = endorsement.nameHash();
    this.randomness = randomness;
  }

  /**
   * Seals a secret.
   *
   * @param secret at most as long as the endorsement key's name hash
   * @param endorsement the key by which the TPM opens it
   * @param attestation the key that must be in the same TPM
   */
  static byte[] of(
      byte[] secret, TpmPublic endorsement, TpmPublic attestation, Randomness randomness) {
    try {
      return new SealedSecret(endorsement, randomness).seal(secret, attestation.name());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key that was read can be used", e);
    }
  }

  private byte[] seal(byte[] secret, byte[] name) throws GeneralSecurityException {
    Seed seed = seed();
    int bits = endorsement.symmetricBits();
    byte[] key = kdfa(seed.value(), "STORAGE", name, bits);
    Cipher cipher = Cipher.getInstance("AES/CFB/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
    byte[] identity = cipher.doFinal(sized(secret));
    byte[] integrity =
        hmac(kdfa(seed.value(), "INTEGRITY", new byte[0], 8 * hash.length()), identity, name);
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    object.writeBytes(sized(integrity));
    object.writeBytes(identity);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(ByteBuffer.allocate(8).putInt(MAGIC).putInt(VERSION).array());
    file.writeBytes(sized(object.toByteArray()));
    file.writeBytes(sized(seed.encrypted()));
    return file.toByteArray();
  }

  /**
   * What both sides derive keys from.
   *
   * @param encrypted for the endorsement key
   */
  private record Seed(byte[] value, byte[] encrypted) {}

  private Seed seed() throws GeneralSecurityException {
    PublicKey key = endorsement.key();
    return key instanceof ECPublicKey curve ? exchanged(curve) : encrypted((RSAPublicKey) key);
  }

  /** Part 1, B.10.4. */
  private Seed encrypted(RSAPublicKey key) throws GeneralSecurityException {
    byte[] seed = randomness.bytes(hash.length());
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    String digest = "SHA-" + 8 * hash.length();
    cipher.init(
        Cipher.ENCRYPT_MODE,
        key,
        new OAEPParameterSpec(
            digest,
            "MGF1",
            new MGF1ParameterSpec(digest),
            new PSource.PSpecified("IDENTITY\0".getBytes(US_ASCII))));
    return new Seed(seed, cipher.doFinal(seed));
  }

  /** Part 1, C.6.3. */
  private Seed exchanged(ECPublicKey key) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(key.getParams());
    KeyPair own = generator.generateKeyPair();
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(own.getPrivate());
    agreement.doPhase(key, true);
    byte[] shared = agreement.generateSecret();
    int length = (key.getParams().getCurve().getField().getFieldSize() + 7) / 8;
    ECPublicKey ours = (ECPublicKey) own.getPublic();
    byte[] x = unsigned(ours.getW().getAffineX(), length);
    byte[] theirs = unsigned(key.getW().getAffineX(), length);
    byte[] seed =
        hash.digest(
            ByteBuffer.allocate(4).putInt(1).array(),
            shared,
            "IDENTITY\0".getBytes(US_ASCII),
            x,
            theirs);
    ByteArrayOutputStream point = new ByteArrayOutputStream();
    point.writeBytes(sized(x));
    point.writeBytes(sized(unsigned(ours.getW().getAffineY(), length)));
    return new Seed(seed, point.toByteArray());
  }

  /** Part 1, 11.4.10.2: a counter, the label with its end, what it is for, and how many bits. */
  private byte[] kdfa(byte[] key, String label, byte[] context, int bits)
      throws GeneralSecurityException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 1; out.size() < bits / 8; i++) {
      out.writeBytes(
          hmac(
              key,
              ByteBuffer.allocate(4).putInt(i).array(),
              (label + "\0").getBytes(US_ASCII),
              context,
              ByteBuffer.allocate(4).putInt(bits).array()));
    }
    return Arrays.copyOf(out.toByteArray(), bits / 8);
  }

  private byte[] hmac(byte[] key, byte[]... parts) throws GeneralSecurityException {
    String name = "HmacSHA" + 8 * hash.length();
    Mac mac = Mac.getInstance(name);
    mac.init(new SecretKeySpec(key, name));
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }

  private static byte[] sized(byte[] bytes) {
    return ByteBuffer.allocate(2 + bytes.length).putShort((short) bytes.length).put(bytes).array();
  }

  private static byte[] unsigned(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] exact = new byte[length];
    int taken = Math.min(length, bytes.length);
    System.arraycopy(bytes, bytes.length - taken, exact, length - taken, taken);
    return exact;
  }
}
