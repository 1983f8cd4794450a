package org.thingward.attestation;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.thingward.platform.Database;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/** Lists of endorsement keys by product, each under its digest. */
final class AllowedKeyStore {
  private final Database database;

  AllowedKeyStore(Database database) {
    this.database = database;
  }

  void insert(Subject product, Digest list, SortedMap<Digest, Optional<Subject>> keys) {
    var unused =
        database
            .jdbc()
            .sql(
                """
                INSERT INTO attestation.allowed_key (list, product, key, device)
                SELECT ?, ?, key, NULLIF(device, '')
                FROM unnest(CAST(? AS bytea[]), CAST(? AS text[])) AS given (key, device)
                ON CONFLICT DO NOTHING\
                """)
            .params(
                list.bytes(),
                product.name(),
                keys.keySet().stream().map(Digest::bytes).toArray(byte[][]::new),
                keys.values().stream()
                    .map(device -> device.map(Subject::name).orElse(""))
                    .toArray(String[]::new))
            .update();
  }

  /** Each with the device that it is for, if it is for one. */
  SortedMap<Digest, Optional<Subject>> find(Subject product, Digest list) {
    SortedMap<Digest, Optional<Subject>> found = new TreeMap<>();
    database
        .jdbc()
        .sql(
            "SELECT key, device FROM attestation.allowed_key"
                + " WHERE product = :product AND list = :list")
        .param("product", product.name())
        .param("list", list.bytes())
        .query(row -> {
          found.put(
              Digest.wrap(row.getBytes(1)),
              Optional.ofNullable(row.getString(2)).map(Subject::device));
        });
    return found;
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
