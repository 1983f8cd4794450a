package org.thingward.attestation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import org.thingward.platform.Database;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.tpm.TpmAlgorithm;

/** What explains the boots that devices quoted, in the schema {@code attestation}. */
final class BootStore {
  private static final int OF_A_DEVICE = 2;
  private static final String COLUMNS = "measurement, bank, pcrs, \"values\", log";

  private final Database database;

  BootStore(Database database) {
    this.database = database;
  }

  /** Keeps one as the device's newest, and of those before it the last that differs. */
  void keep(Subject device, MeasuredBoot boot, Instant at) {
    var unused =
        database
            .jdbc()
            .sql(
                """
                INSERT INTO attestation.boot (device, kept, %s)
                VALUES (:device, :kept, :measurement, :bank, :pcrs, :values, :log)
                ON CONFLICT (device, measurement) DO UPDATE SET
                  kept = :kept, bank = :bank, pcrs = :pcrs, "values" = :values,
                  log = coalesce(:log, boot.log)\
                """
                    .formatted(COLUMNS))
            .param("device", device.name())
            .param("kept", at.atOffset(ZoneOffset.UTC))
            .param("measurement", boot.measurement().bytes())
            .param("bank", boot.bank().word())
            .param("pcrs", boot.pcrs().keySet().toArray(Integer[]::new))
            .param("values", boot.pcrs().values().toArray(String[]::new))
            .param("log", boot.log().orElse(null), java.sql.Types.BINARY)
            .update();
    var former =
        database
            .jdbc()
            .sql(
                """
                DELETE FROM attestation.boot WHERE device = :device AND measurement NOT IN (
                  SELECT measurement FROM attestation.boot WHERE device = :device
                  ORDER BY kept DESC LIMIT :most)\
                """)
            .param("device", device.name())
            .param("most", OF_A_DEVICE)
            .update();
  }

  /** Those of a device, the newest first. */
  List<MeasuredBoot> of(Subject device) {
    return database
        .jdbc()
        .sql(
            "SELECT %s FROM attestation.boot WHERE device = :device ORDER BY kept DESC"
                .formatted(COLUMNS))
        .param("device", device.name())
        .query((row, number) -> boot(row))
        .list();
  }

  /** One of each of these, of whichever device showed it last. */
  List<MeasuredBoot> measured(SortedSet<Digest> measurements) {
    return database
        .jdbc()
        .sql(
            """
            SELECT DISTINCT ON (measurement) %s FROM attestation.boot
            WHERE measurement = ANY (?) ORDER BY measurement, kept DESC\
            """
                .formatted(COLUMNS))
        .param(measurements.stream().map(Digest::bytes).toArray(byte[][]::new))
        .query((row, number) -> boot(row))
        .list();
  }

  private static MeasuredBoot boot(ResultSet row) throws SQLException {
    Integer[] pcrs = (Integer[]) row.getArray("pcrs").getArray();
    String[] values = (String[]) row.getArray("values").getArray();
    TreeMap<Integer, String> byPcr = new TreeMap<>();
    for (int i = 0; i < pcrs.length; i++) {
      byPcr.put(pcrs[i], values[i]);
    }
    return new MeasuredBoot(
        Digest.wrap(row.getBytes("measurement")),
        TpmAlgorithm.valueOf(row.getString("bank").toUpperCase(Locale.ROOT)),
        byPcr,
        Optional.ofNullable(row.getBytes("log")));
  }
}
