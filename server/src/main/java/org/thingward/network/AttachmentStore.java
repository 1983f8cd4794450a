package org.thingward.network;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.thingward.platform.Database;
import org.thingward.trust.Subject;

/** Which device is behind which gateway, in the schema {@code network}. */
final class AttachmentStore {
  private final Database database;

  AttachmentStore(Database database) {
    this.database = database;
    database.migrate("network");
  }

  /** Keeps one, in the place of the device's former. */
  void put(Attachment attachment) {
    var unused =
        database
            .jdbc()
            .sql(
                """
                INSERT INTO network.attachment (device, gateway, address, attached)
                VALUES (:device, :gateway, :address, :attached)
                ON CONFLICT (device) DO UPDATE SET
                  gateway = :gateway, address = :address, attached = :attached\
                """)
            .param("device", attachment.device().name())
            .param("gateway", attachment.gateway().name())
            .param("address", attachment.address().text())
            .param("attached", attachment.since().atOffset(ZoneOffset.UTC))
            .update();
  }

  void delete(Subject device) {
    var unused =
        database
            .jdbc()
            .sql("DELETE FROM network.attachment WHERE device = :device")
            .param("device", device.name())
            .update();
  }

  Optional<Attachment> of(Subject device) {
    return database
        .jdbc()
        .sql("SELECT * FROM network.attachment WHERE device = :device")
        .param("device", device.name())
        .query(AttachmentStore::attachment)
        .optional();
  }

  /** All behind one gateway, by device. */
  List<Attachment> behind(Subject gateway) {
    return database
        .jdbc()
        .sql("SELECT * FROM network.attachment WHERE gateway = :gateway ORDER BY device")
        .param("gateway", gateway.name())
        .query(AttachmentStore::attachment)
        .list();
  }

  /** So many, by device, from behind {@code after} on; of one gateway if one is given. */
  List<Attachment> page(Optional<String> gateway, String after, int limit) {
    return database
        .jdbc()
        .sql(
            """
            SELECT * FROM network.attachment
            WHERE device > :after AND (CAST(:gateway AS text) IS NULL OR gateway = :gateway)
            ORDER BY device LIMIT :limit\
            """)
        .param("after", after)
        .param("gateway", gateway.orElse(null), java.sql.Types.VARCHAR)
        .param("limit", limit)
        .query(AttachmentStore::attachment)
        .list();
  }

  /** Those behind which any device is. */
  List<Subject> gateways() {
    return database
        .jdbc()
        .sql("SELECT DISTINCT gateway FROM network.attachment")
        .query((row, number) -> Subject.device(row.getString(1)))
        .list();
  }

  private static Attachment attachment(ResultSet row, int number) throws SQLException {
    String address = row.getString("address");
    return new Attachment(
        Subject.device(row.getString("device")),
        Subject.device(row.getString("gateway")),
        MacAddress.parse(address)
            .orElseThrow(() -> new IllegalStateException("an address in the database: " + address)),
        row.getObject("attached", OffsetDateTime.class).toInstant());
  }
}
