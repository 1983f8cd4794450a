package org.thingward.app;

import java.util.ArrayList;
import java.util.List;
import org.thingward.platform.CryptoAsset;
import org.thingward.platform.CryptoProfile;
import org.thingward.verify.log.VerifierKey;

/** What the process itself has that rests on cryptography. */
final class CryptoInUse {
  private CryptoInUse() {}

  static List<CryptoAsset> ofLog(List<VerifierKey> keys) {
    return keys.stream()
        .map(key ->
            CryptoAsset.key("log", "signs the log's checkpoints", key.algorithm().standardName()))
        .toList();
  }

  /** The operators' listener is the JDK's, which has no hybrid group before version 27. */
  static List<CryptoAsset> ofListeners(CryptoProfile profile) {
    List<CryptoAsset> groups = new ArrayList<>();
    profile
        .groups()
        .forEach(group -> groups.add(CryptoAsset.group("listeners for devices", group)));
    groups.add(CryptoAsset.group("listener for operators", "X25519"));
    return groups;
  }
}
