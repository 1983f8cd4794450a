package org.thingward.device;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lets JSSE sign handshakes with a key that is in a TPM and nowhere else. */
final class TpmSignatures extends Provider {
  private static final long serialVersionUID = 1L;
  private static final String NAME = "TpmSignatures";

  /** Makes it known to this process, once. */
  static void register() {
    if (Security.getProvider(NAME) == null) {
      int unused = Security.addProvider(new TpmSignatures());
    }
  }

  private TpmSignatures() {
    super(NAME, "1", "ECDSA by a TPM");
    putService(
        new Provider.Service(
            this,
            "Signature",
            "SHA256withECDSA",
            Spi.class.getName(),
            List.of(),
            Map.of("SupportedKeyClasses", TpmKey.class.getName())) {
          @Override
          public Object newInstance(@Nullable Object parameter) {
            return new Spi();
          }
        });
  }

  static final class Spi extends SignatureSpi {
    private final MessageDigest digest;
    private @Nullable TpmKey key;

    Spi() {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected void engineInitSign(PrivateKey signing) throws InvalidKeyException {
      if (!(signing instanceof TpmKey ours)) {
        throw new InvalidKeyException("no key of a TPM");
      }
      key = ours;
    }

    @Override
    protected void engineInitVerify(PublicKey verifying) throws InvalidKeyException {
      throw new InvalidKeyException("it verifies nothing");
    }

    @Override
    protected void engineUpdate(byte one) {
      digest.update(one);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int from, int length) {
      digest.update(bytes, from, length);
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
      TpmKey signing = key;
      if (signing == null) {
        throw new SignatureException("no key");
      }
      return signing.signer().apply(digest.digest());
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
      throw new SignatureException("it verifies nothing");
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
      throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
      throw new UnsupportedOperationException();
    }
  }
}
