package org.thingward.attestation;

import java.util.SortedSet;
import java.util.TreeSet;
import org.thingward.platform.Database;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/** Lists of endorsement keys by product, each under its digest. */
final class AllowedKeyStore {
  private final Database database;

  AllowedKeyStore(Database database) {
    this.database = database;
  }

  void insert(Subject product, Digest list, SortedSet<Digest> keys) {
    var unused =
        database
            .jdbc()
            .sql(
                """
                INSERT INTO attestation.allowed_key (list, product, key)
                SELECT ?, ?, key FROM unnest(CAST(? AS bytea[])) AS given (key)
                ON CONFLICT DO NOTHING\
                """)
            .params(
                list.bytes(),
                product.name(),
                keys.stream().map(Digest::bytes).toArray(byte[][]::new))
            .update();
  }

  SortedSet<Digest> find(Subject product, Digest list) {
    return new TreeSet<>(
        database
            .jdbc()
            .sql(
                "SELECT key FROM attestation.allowed_key WHERE product = :product AND list = :list")
            .param("product", product.name())
            .param("list", list.bytes())
            .query((row, number) -> Digest.wrap(row.getBytes(1)))
            .list());
  }

  /** Forgets the lists of a product that another took the place of. */
  void keepOnly(Subject product, Digest list) {
    var unused =
        database
            .jdbc()
            .sql("DELETE FROM attestation.allowed_key WHERE product = :product AND list <> :list")
            .param("product", product.name())
            .param("list", list.bytes())
            .update();
  }
}
