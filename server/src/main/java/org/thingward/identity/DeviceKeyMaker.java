package org.thingward.identity;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Randomness;
import org.thingward.trust.Digest;

/**
 * Makes keys for devices that cannot make good ones (EST's serverkeygen, RFC 7030 §4.4), if the
 * installation is set to. A key is in memory until its answer is sent, and kept nowhere.
 */
final class DeviceKeyMaker {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceKeyMaker.class);

  private final Randomness randomness;
  private final NativeCrypto crypto;

  DeviceKeyMaker(Randomness randomness, NativeCrypto crypto) {
    this.randomness = randomness;
    this.crypto = crypto;
    LOG.warn(
        "This server makes keys for devices that ask for it (est-serverkeygen): such a key was"
            + " outside its device, and who saw it pass is that device.");
  }

  /**
   * A key just made.
   *
   * @param csr what stands for a request for it
   * @param pkcs8 the private key, unencrypted but for the connection that it goes over
   */
  record Made(Csr csr, byte[] pkcs8) {}

  /** A new key on P-256 for who asks by {@code asked}. */
  Made make(Csr asked) {
    SoftwareKey key = SoftwareKey.generate(SignatureScheme.ECDSA_P256_SHA256, randomness, crypto);
    Digest digest = Digest.of(Csr.encoded(key.publicKey()));
    return new Made(new Csr(key.publicKey(), digest, asked.raw()), key.pkcs8());
  }
}
