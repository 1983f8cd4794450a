package org.thingward.verify.policy;

import java.security.PublicKey;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.thingward.verify.reference.ReferenceRefused;
import org.thingward.verify.reference.ReleaseKey;

/** Reads {@code release-keys} of a product: keys as {@link ReleaseKey} writes them. */
final class ReleaseKeys {
  private static final int MOST = 8;

  private ReleaseKeys() {}

  static Set<PublicKey> read(Section product, Mistakes mistakes) {
    Optional<Node> node = product.member("release-keys");
    List<PublicKey> keys =
        node.map(list -> product.list(list, item -> key(product, item, mistakes)))
            .orElse(List.of());
    if (keys.size() > MOST) {
      mistakes.add(node.orElseThrow(), "a product has at most " + MOST + " release keys");
    }
    return new HashSet<>(keys);
  }

  private static Optional<PublicKey> key(Section product, Node item, Mistakes mistakes) {
    try {
      return product.text(item).map(ReleaseKey::parse);
    } catch (ReferenceRefused refused) {
      mistakes.add(
          item,
          refused.getMessage() + "; write what openssl pkey -pubout -outform DER gives, in base64");
      return Optional.empty();
    }
  }
}
