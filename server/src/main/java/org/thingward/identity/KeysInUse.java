package org.thingward.identity;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.thingward.platform.CryptoAsset;
import org.thingward.platform.CryptoAsset.Kind;
import org.thingward.platform.Time;

/** What this room has that rests on cryptography: its authorities, and what they issued. */
final class KeysInUse {
  private final Authorities authorities;
  private final CryptoStore store;
  private final Time time;

  KeysInUse(Authorities authorities, CryptoStore store, Time time) {
    this.authorities = authorities;
    this.store = store;
    this.time = time;
  }

  List<CryptoAsset> all() {
    List<CryptoAsset> all = new ArrayList<>(store.liveByKey(time.now()));
    all.add(CryptoAsset.key("key-encryption-key", "encrypts stored keys", KeyEncryptionKey.CIPHER));
    all.add(certificate("root", "vouches for the authorities", authorities.current().root()));
    for (Authority authority : authorities.all()) {
      all.add(certificate(authority.name(), "signs certificates", authority.certificate()));
    }
    return all;
  }

  private static CryptoAsset certificate(String name, String use, X509Certificate certificate) {
    return new CryptoAsset(
        Kind.CERTIFICATE,
        name,
        use,
        algorithm(certificate.getPublicKey()),
        1,
        Optional.of(certificate.getNotAfter().toInstant()));
  }

  private static String algorithm(PublicKey key) {
    return switch (key) {
      case ECPublicKey ec -> "ECDSA P-" + ec.getParams().getOrder().bitLength();
      default -> key.getAlgorithm();
    };
  }
}
