package org.thingward.inventory;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.thingward.platform.Database;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;

/** Products and releases in the database: schema {@code inventory}. */
final class CatalogueStore {
  private final Database database;

  CatalogueStore(Database database) {
    this.database = database;
  }

  Catalogue read() {
    return new Catalogue(products(), releases());
  }

  List<Product> products() {
    return jdbc()
        .sql("SELECT name, maker FROM inventory.product ORDER BY name")
        .query((row, number) -> new Product(row.getString(1), row.getString(2)))
        .list();
  }

  /** By product, the newest first. */
  List<Release> releases() {
    return jdbc()
        .sql(
            "SELECT product, version, released, support_ends FROM inventory.release"
                + " ORDER BY product, released DESC, version DESC")
        .query(CatalogueStore::release)
        .list();
  }

  /** Adds products, or replaces those that exist. */
  void putProducts(List<Product> products) {
    jdbc()
        .sql(
            """
            INSERT INTO inventory.product (name, maker)
            SELECT name, maker FROM unnest(?::text[], ?::text[]) AS new (name, maker)
            ON CONFLICT (name) DO UPDATE SET maker = excluded.maker
            """)
        .param(texts(products, Product::name))
        .param(texts(products, Product::maker))
        .update();
  }

  /**
   * Adds releases, or replaces those that exist.
   *
   * @param receipts of the ledger entry of each one's change
   */
  void putReleases(List<Release> releases, Map<Subject, Receipt> receipts) {
    jdbc()
        .sql(
            """
            INSERT INTO inventory.release (product, version, released, support_ends, change)
            SELECT product, version, released::date, nullif(support_ends, '')::date, change
              FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[])
                AS new (product, version, released, support_ends, change)
            ON CONFLICT (product, version) DO UPDATE SET
              released = excluded.released, support_ends = excluded.support_ends,
              change = excluded.change
            """)
        .param(texts(releases, Release::product))
        .param(texts(releases, Release::version))
        .param(texts(releases, release -> release.released().toString()))
        .param(texts(releases, CatalogueStore::supportEnds))
        .param(
            releases.stream()
                .map(release ->
                    Objects.requireNonNull(receipts.get(release.subject())).entry().bytes())
                .toArray(byte[][]::new))
        .update();
  }

  /** The ledger entries of the releases' last changes. */
  Map<Subject, Receipt> changes() {
    Map<Subject, Receipt> changes = new TreeMap<>();
    jdbc()
        .sql("SELECT product, version, change FROM inventory.release WHERE change IS NOT NULL")
        .query(
            (RowCallbackHandler)
                row ->
                    changes.put(
                        Subject.release(row.getString("product"), row.getString("version")),
                        new Receipt(Digest.wrap(row.getBytes("change")))));
    return changes;
  }

  private static String supportEnds(Release release) {
    return release.supportEnds() == null ? "" : release.supportEnds().toString();
  }

  private static <T> String[] texts(List<T> records, Function<T, String> column) {
    return records.stream().map(column).toArray(String[]::new);
  }

  /** What was last stated as evidence about products and releases, where anything was. */
  Map<Subject, Digest> stated() {
    Map<Subject, Digest> stated = new TreeMap<>();
    jdbc()
        .sql(
            """
            SELECT 'product:' || name AS subject, stated
              FROM inventory.product WHERE stated IS NOT NULL
            UNION ALL
            SELECT 'release:' || product || '@' || version, stated
              FROM inventory.release WHERE stated IS NOT NULL
            """)
        .query((RowCallbackHandler) row -> add(stated, row));
    return stated;
  }

  private static void add(Map<Subject, Digest> stated, ResultSet row) throws SQLException {
    stated.put(Subject.parse(row.getString("subject")), Digest.wrap(row.getBytes("stated")));
  }

  /** Notes what was stated about a product. */
  void markProduct(String name, Digest digest) {
    jdbc()
        .sql("UPDATE inventory.product SET stated = ? WHERE name = ?")
        .params(digest.bytes(), name)
        .update();
  }

  /** Notes what was stated about a release. */
  void markRelease(Release release, Digest digest) {
    jdbc()
        .sql("UPDATE inventory.release SET stated = ? WHERE product = ? AND version = ?")
        .params(digest.bytes(), release.product(), release.version())
        .update();
  }

  private JdbcClient jdbc() {
    return database.jdbc();
  }

  private static Release release(ResultSet row, int number) throws SQLException {
    return new Release(
        row.getString("product"),
        row.getString("version"),
        row.getObject("released", LocalDate.class),
        row.getObject("support_ends", LocalDate.class));
  }
}
