package org.thingward.identity;

import java.util.ArrayList;
import java.util.List;
import org.thingward.platform.CryptoAsset;
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
    List<CryptoAsset> all = new ArrayList<>(store.live(time.now()));
    all.add(CryptoAsset.key("key-encryption-key", "encrypts stored keys", KeyEncryptionKey.CIPHER));
    all.add(
        CryptoAsset.certificate(
            "root", "vouches for the authorities", authorities.current().root()));
    for (Authority authority : authorities.all()) {
      all.add(
          CryptoAsset.certificate(authority.name(), "signs certificates", authority.certificate()));
    }
    return all;
  }
}
