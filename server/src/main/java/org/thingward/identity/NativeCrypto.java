package org.thingward.identity;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.CryptoProfile;
import org.thingward.verify.tpm.Signatures;

/**
 * Signatures by the native-backed provider, which is seven times as fast as the JDK's own for
 * P-256; by the JDK where it does not load or lacks an algorithm.
 */
final class NativeCrypto {
  private static final Logger LOG = LoggerFactory.getLogger(NativeCrypto.class);

  private final Optional<Provider> provider;
  private final CryptoProfile profile;

  private NativeCrypto(Optional<Provider> provider, CryptoProfile profile) {
    this.provider = provider;
    this.profile = profile;
  }

  /** As {@link #load(CryptoProfile)}, by the hybrid profile. */
  static NativeCrypto load() {
    return load(CryptoProfile.HYBRID);
  }

  /** Loads the native provider if this machine can; keys are taken as {@code profile} has it. */
  static NativeCrypto load(CryptoProfile profile) {
    AmazonCorrettoCryptoProvider corretto = AmazonCorrettoCryptoProvider.INSTANCE;
    Throwable failure = corretto.getLoadingError();
    if (failure != null) {
      LOG.info("Signing with the JDK's provider: the native one does not load here ({})", failure);
      return new NativeCrypto(Optional.empty(), profile);
    }
    return new NativeCrypto(Optional.of(corretto), profile);
  }

  /** Which keys of devices are taken. */
  CryptoProfile profile() {
    return profile;
  }

  boolean isNative() {
    return provider.isPresent();
  }

  Signature signature(String jcaName) throws NoSuchAlgorithmException {
    if (provider.isPresent() && provider.get().getService("Signature", jcaName) != null) {
      return Signature.getInstance(jcaName, provider.get());
    }
    return Signature.getInstance(jcaName);
  }

  /** Verifiers of signatures, for other rooms. */
  Signatures verifiers() {
    return new Signatures() {
      @Override
      public Signature named(String name) throws NoSuchAlgorithmException {
        return signature(name);
      }

      @Override
      public PublicKey own(PublicKey key) throws GeneralSecurityException {
        return key instanceof ECPublicKey ? (PublicKey) keyFactory("EC").translateKey(key) : key;
      }
    };
  }

  KeyFactory keyFactory(String jcaName) throws GeneralSecurityException {
    if (provider.isPresent() && provider.get().getService("KeyFactory", jcaName) != null) {
      return KeyFactory.getInstance(jcaName, provider.get());
    }
    return KeyFactory.getInstance(jcaName);
  }
}
