package org.thingward.identity;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.thingward.platform.Database;
import org.thingward.platform.GroupCommit;

/** What authorities issued and revoked, by authority, in the schema {@code identity}. */
final class RevocationStore {
  private static final int AT_ONCE = 256;

  private final JdbcClient jdbc;
  private final GroupCommit<Asked, Map<BigInteger, Optional<Instant>>> together;

  RevocationStore(Database database) {
    this.jdbc = database.jdbc();
    this.together = database.together(AT_ONCE, this::findAll);
  }

  /** When the last certificate of an authority ends; empty if it issued none. */
  Optional<Instant> lastEnd(String issuer) {
    return jdbc.sql(
            """
            SELECT max(ends) FROM (
              SELECT ends FROM identity.certificate WHERE issuer = :issuer
              UNION ALL
              SELECT ends FROM identity.attestation_certificate WHERE issuer = :issuer) AS all_of_it\
            """)
        .param("issuer", issuer)
        .query((row, number) ->
            Optional.ofNullable(row.getObject(1, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant))
        .single();
  }

  /**
   * A revoked certificate on the revocation list.
   *
   * @param serial its serial number
   * @param at when it was revoked
   */
  record Revoked(BigInteger serial, Instant at) {}

  /** The revoked ones of an authority that have not ended, with serial numbers in this range. */
  List<Revoked> revoked(String issuer, Shard shard, Instant now) {
    return jdbc.sql(
            "SELECT serial, changed FROM identity.certificate"
                + " WHERE state = 'revoked' AND ends > :now AND issuer = :issuer"
                + " AND serial >= :from AND serial < :to"
                + " UNION ALL SELECT serial, revoked FROM identity.attestation_certificate"
                + " WHERE revoked IS NOT NULL AND ends > :now AND issuer = :issuer"
                + " AND serial >= :from AND serial < :to")
        .param("now", IdentityStore.utc(now))
        .param("issuer", issuer)
        .param("from", new BigDecimal(shard.from()))
        .param("to", new BigDecimal(shard.to()))
        .query((row, number) ->
            new Revoked(
                row.getBigDecimal("serial").toBigIntegerExact(),
                IdentityStore.instant(row, "changed")))
        .list();
  }

  /**
   * Serial numbers in this range of certificates that this authority issued and that may be
   * presented now: at most so many.
   */
  List<BigInteger> inForce(String issuer, Shard shard, Instant now, int most) {
    return jdbc.sql(
            "SELECT serial FROM identity.certificate"
                + " WHERE state IN ('issued', 'active') AND ends > :now AND issuer = :issuer"
                + " AND serial >= :from AND serial < :to ORDER BY serial LIMIT :most")
        .param("now", IdentityStore.utc(now))
        .param("issuer", issuer)
        .param("from", new BigDecimal(shard.from()))
        .param("to", new BigDecimal(shard.to()))
        .param("most", most)
        .query((row, number) -> row.getBigDecimal("serial").toBigIntegerExact())
        .list();
  }

  /**
   * Of those serial numbers that this authority ever issued: when the certificate was revoked, if
   * it was. Looked up for all who ask at the same moment; what they asked for may be among it.
   */
  Map<BigInteger, Optional<Instant>> revocations(String issuer, List<BigInteger> serials) {
    return together.submit(new Asked(issuer, serials));
  }

  /** Serial numbers of one authority. */
  private record Asked(String issuer, List<BigInteger> serials) {}

  private List<Map<BigInteger, Optional<Instant>>> findAll(List<Asked> all) {
    Map<String, Set<BigInteger>> asked = new HashMap<>();
    all.forEach(each ->
        asked.computeIfAbsent(each.issuer(), issuer -> new HashSet<>()).addAll(each.serials()));
    Map<String, Map<BigInteger, Optional<Instant>>> found = new HashMap<>();
    asked.forEach((issuer, serials) -> found.put(issuer, find(issuer, serials)));
    return all.stream().map(each -> found.getOrDefault(each.issuer(), Map.of())).toList();
  }

  private Map<BigInteger, Optional<Instant>> find(String issuer, Set<BigInteger> serials) {
    Map<BigInteger, Optional<Instant>> found = new HashMap<>();
    jdbc.sql(
            """
            WITH asked AS (SELECT unnest(CAST(? AS numeric[])) AS serial)
            SELECT serial, state, changed FROM identity.certificate JOIN asked USING (serial)
            WHERE issuer = ?
            UNION ALL
            SELECT serial, CASE WHEN revoked IS NULL THEN 'active' ELSE 'revoked' END,
              coalesce(revoked, begins)
            FROM identity.attestation_certificate JOIN asked USING (serial)
            WHERE issuer = ?\
            """)
        .param(serials.stream().map(BigInteger::toString).toArray(String[]::new))
        .param(issuer)
        .param(issuer)
        .query(row -> {
          boolean revoked =
              IssuedCertificate.State.ofWord(row.getString("state"))
                  == IssuedCertificate.State.REVOKED;
          found.put(
              row.getBigDecimal("serial").toBigIntegerExact(),
              revoked ? Optional.of(IdentityStore.instant(row, "changed")) : Optional.empty());
        });
    return found;
  }

  /** The number of the next revocation list: ever greater. */
  long nextListNumber() {
    return jdbc.sql("SELECT nextval('identity.revocation_list')").query(Long.class).single();
  }
}
