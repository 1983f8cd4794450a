package org.thingward.inventory;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.thingward.platform.Database;
import org.thingward.platform.GroupCommit;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;

/** The devices in the database: schema {@code inventory}. */
final class InventoryStore {
  /** Devices written by one statement. */
  private static final int CHUNK = 10_000;

  private static final int ASKED_AT_ONCE = 256;

  private static final String COLUMNS =
      "d.id, d.product, coalesce(d.release, '') AS release, d.owner, d.region, d.lifecycle";

  private final Database database;
  private final GroupCommit<String, Boolean> asking;

  InventoryStore(Database database) {
    this.database = database;
    this.asking = database.together(ASKED_AT_ONCE, this::areRetired);
  }

  /** Makes this transaction the only one that writes to the inventory until it ends. */
  void lock() {
    jdbc().sql("SELECT pg_advisory_xact_lock(hashtext('inventory'))").query().listOfRows();
  }

  Optional<Device> find(String id) {
    return jdbc()
        .sql("SELECT " + COLUMNS + " FROM inventory.device d WHERE d.id = ?")
        .param(id)
        .query(InventoryStore::device)
        .optional();
  }

  /** Those of {@code ids} that exist, in order of id. */
  List<Device> findAll(List<String> ids) {
    return jdbc()
        .sql("SELECT " + COLUMNS + " FROM inventory.device d WHERE d.id = ANY(?) ORDER BY d.id")
        .param(ids.toArray(String[]::new))
        .query(InventoryStore::device)
        .list();
  }

  /** Those of {@code ids} that are given to no other device (rule G9). */
  Set<String> retired(List<String> ids) {
    return jdbc()
        .sql("SELECT id FROM inventory.retired_id WHERE id = ANY(?)")
        .param(ids.toArray(String[]::new))
        .query(String.class)
        .set();
  }

  /** Whether this id is given to no other device; asked together with others who ask now. */
  boolean isRetired(String id) {
    return asking.submit(id);
  }

  private List<Boolean> areRetired(List<String> ids) {
    Set<String> retired = retired(ids);
    return ids.stream().map(retired::contains).toList();
  }

  /** The regions in which there are devices within {@code scope}. */
  List<String> regions(Scope scope) {
    List<Object> values = new ArrayList<>();
    StringBuilder where = new StringBuilder("true");
    within(where, values, scope);
    return jdbc()
        .sql("SELECT DISTINCT d.region FROM inventory.device d WHERE " + where)
        .params(values)
        .query(String.class)
        .list();
  }

  /** Devices that {@code filter} lets through, with ids after {@code after}, in order of id. */
  List<Device> list(DeviceFilter filter, String after, int limit) {
    List<Object> values = new ArrayList<>(List.of(after));
    StringBuilder where = new StringBuilder("d.id > ?");
    and(where, values, "d.product = ?", filter.product());
    and(where, values, "coalesce(d.release, '') = ?", filter.release());
    and(where, values, "d.region = ?", filter.region());
    and(where, values, "d.owner = ?", filter.owner());
    and(where, values, "d.lifecycle = ?", filter.lifecycle().map(Lifecycle::word));
    and(where, values, "r.released <= ?", filter.releasedBy());
    within(where, values, filter.scope());
    values.add(limit);
    return jdbc()
        .sql(
            "SELECT "
                + COLUMNS
                + " FROM inventory.device d"
                + " LEFT JOIN inventory.release r"
                + " ON r.product = d.product AND r.version = d.release"
                + " WHERE "
                + where
                + " ORDER BY d.id LIMIT ?")
        .params(values)
        .query(InventoryStore::device)
        .list();
  }

  private static void within(StringBuilder where, List<Object> values, Scope scope) {
    where.append(" AND (").append(scope.isEverywhere());
    for (Scope.Area area : scope.areas()) {
      where.append(" OR (true");
      and(where, values, "d.region = ANY(?)", names(area.regions()));
      and(where, values, "d.product = ANY(?)", names(area.products()));
      where.append(")");
    }
    where.append(")");
  }

  private static Optional<String[]> names(Set<String> names) {
    return names.isEmpty() ? Optional.empty() : Optional.of(names.toArray(String[]::new));
  }

  private static void and(
      StringBuilder where, List<Object> values, String condition, Optional<?> value) {
    value.ifPresent(present -> {
      where.append(" AND ").append(condition);
      values.add(present);
    });
  }

  /**
   * Adds devices, or replaces those that exist. What is stated of them grows a revision.
   *
   * @param receipts of the ledger entry of each one's change
   */
  void put(List<Device> devices, Map<Subject, Receipt> receipts) {
    for (int from = 0; from < devices.size(); from += CHUNK) {
      putChunk(devices.subList(from, Math.min(from + CHUNK, devices.size())), receipts);
    }
  }

  private void putChunk(List<Device> devices, Map<Subject, Receipt> receipts) {
    jdbc()
        .sql(
            """
            INSERT INTO inventory.device AS d
                (id, product, release, owner, region, lifecycle, change)
            SELECT id, product, nullif(release, ''), owner, region, lifecycle, change
              FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                  ?::bytea[])
                AS new (id, product, release, owner, region, lifecycle, change)
            ON CONFLICT (id) DO UPDATE SET
              product = excluded.product,
              release = excluded.release,
              owner = excluded.owner,
              region = excluded.region,
              lifecycle = excluded.lifecycle,
              change = excluded.change,
              revision = d.revision + CASE
                WHEN (d.product, d.release, d.region, d.lifecycle) IS DISTINCT FROM
                  (excluded.product, excluded.release, excluded.region, excluded.lifecycle)
                THEN 1 ELSE 0 END
            """)
        .param(texts(devices, Device::id))
        .param(texts(devices, Device::product))
        .param(texts(devices, Device::release))
        .param(texts(devices, Device::owner))
        .param(texts(devices, Device::region))
        .param(texts(devices, device -> device.lifecycle().word()))
        .param(
            devices.stream()
                .map(device ->
                    Objects.requireNonNull(receipts.get(device.subject())).entry().bytes())
                .toArray(byte[][]::new))
        .update();
  }

  /** All devices, in no order. */
  void forEach(Consumer<Device> each) {
    jdbc()
        .sql("SELECT " + COLUMNS + " FROM inventory.device d")
        .query((RowCallbackHandler) row -> each.accept(device(row, 0)));
  }

  /** The devices that were changed and not stated, with the ledger entry of the change. */
  Map<Subject, Receipt> waiting() {
    Map<Subject, Receipt> waiting = new HashMap<>();
    jdbc()
        .sql(
            "SELECT id, change FROM inventory.device"
                + " WHERE stated <> revision AND change IS NOT NULL")
        .query(
            (RowCallbackHandler)
                row ->
                    waiting.put(
                        Subject.device(row.getString("id")),
                        new Receipt(Digest.wrap(row.getBytes("change")))));
    return waiting;
  }

  /** Marks rows as ones that nobody put on record: they are not stated as they are. */
  void disbelieve(List<String> ids) {
    jdbc()
        .sql("UPDATE inventory.device SET stated = 0, change = NULL WHERE id = ANY(?)")
        .param(ids.toArray(String[]::new))
        .update();
  }

  /** Puts rows back as they were stated, where product and release are still registered. */
  void putBack(List<Device> devices) {
    jdbc()
        .sql(
            """
            UPDATE inventory.device d SET
              product = old.product,
              release = nullif(old.release, ''),
              region = old.region,
              lifecycle = old.lifecycle,
              stated = d.revision
              FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                AS old (id, product, release, region, lifecycle)
             WHERE d.id = old.id
               AND EXISTS (SELECT 1 FROM inventory.product p WHERE p.name = old.product)
               AND (old.release = '' OR EXISTS (SELECT 1 FROM inventory.release r
                 WHERE r.product = old.product AND r.version = old.release))
            """)
        .param(texts(devices, Device::id))
        .param(texts(devices, Device::product))
        .param(texts(devices, Device::release))
        .param(texts(devices, Device::region))
        .param(texts(devices, device -> device.lifecycle().word()))
        .update();
  }

  /** Ids of devices with a revision that was not stated yet, after {@code after}, in order. */
  List<String> unstated(String after, int limit) {
    return jdbc()
        .sql(
            "SELECT id FROM inventory.device"
                + " WHERE stated <> revision AND id > ? ORDER BY id LIMIT ?")
        .param(after)
        .param(limit)
        .query(String.class)
        .list();
  }

  /** How many devices within {@code scope} have a revision that was not stated yet. */
  int countUnstated(Scope scope) {
    List<Object> values = new ArrayList<>();
    StringBuilder where = new StringBuilder("d.stated <> d.revision");
    within(where, values, scope);
    return jdbc()
        .sql("SELECT count(*) FROM inventory.device d WHERE " + where)
        .params(values)
        .query(Integer.class)
        .single();
  }

  /** The device and its revision, if that was not stated yet. */
  Optional<Revision> unstated(String id) {
    return jdbc()
        .sql(
            "SELECT "
                + COLUMNS
                + ", d.revision FROM inventory.device d WHERE d.id = ? AND d.stated <> d.revision")
        .param(id)
        .query((row, number) -> new Revision(device(row, number), row.getLong("revision")))
        .optional();
  }

  /** Notes that these revisions were stated. */
  void markStated(List<Revision> revisions) {
    jdbc()
        .sql(
            """
            UPDATE inventory.device d SET stated = new.revision
              FROM unnest(?::text[], ?::bigint[]) AS new (id, revision)
             WHERE d.id = new.id AND d.stated < new.revision
            """)
        .param(revisions.stream().map(revision -> revision.device().id()).toArray(String[]::new))
        .param(revisions.stream().map(Revision::number).toArray(Long[]::new))
        .update();
  }

  /**
   * A device as it is after its {@code number}th change of what is stated of it.
   *
   * @param number from 1
   */
  record Revision(Device device, long number) {}

  private JdbcClient jdbc() {
    return database.jdbc();
  }

  private static String[] texts(List<Device> devices, Function<Device, String> column) {
    return devices.stream().map(column).toArray(String[]::new);
  }

  private static Device device(ResultSet row, int number) throws SQLException {
    String lifecycle = row.getString("lifecycle");
    return new Device(
        row.getString("id"),
        row.getString("product"),
        row.getString("release"),
        row.getString("owner"),
        row.getString("region"),
        Lifecycle.ofWord(lifecycle)
            .orElseThrow(() -> new IllegalStateException("no lifecycle '" + lifecycle + "'")));
  }
}
