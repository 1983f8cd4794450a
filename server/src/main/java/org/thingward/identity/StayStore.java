package org.thingward.identity;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.thingward.platform.Database;
import org.thingward.platform.Place;
import org.thingward.trust.Subject;

/** Where subjects speak from, in the schema {@code identity}. */
final class StayStore {
  private final JdbcClient jdbc;

  StayStore(Database database) {
    this.jdbc = database.jdbc();
  }

  /** Its stays by one kind of address, the one seen last first. */
  List<Stay> of(Subject subject, boolean six) {
    return jdbc.sql(
            """
            SELECT place, six, began, seen FROM identity.stay
            WHERE subject = :subject AND six = :six ORDER BY seen DESC, began DESC\
            """)
        .param("subject", subject.toString())
        .param("six", six)
        .query((row, number) ->
            new Stay(
                new Place(row.getString("place"), row.getBoolean("six")),
                row.getObject("began", OffsetDateTime.class).toInstant(),
                row.getObject("seen", OffsetDateTime.class).toInstant()))
        .list();
  }

  /** Begins a stay, or goes on with one. */
  void put(Subject subject, Stay stay) {
    jdbc.sql(
            """
            INSERT INTO identity.stay (subject, place, six, began, seen)
            VALUES (:subject, :place, :six, :began, :seen)
            ON CONFLICT (subject, place) DO UPDATE SET seen = excluded.seen\
            """)
        .param("subject", subject.toString())
        .param("place", stay.place().name())
        .param("six", stay.place().six())
        .param("began", IdentityStore.utc(stay.began()))
        .param("seen", IdentityStore.utc(stay.seen()))
        .update();
  }

  void forget(Subject subject, Place place) {
    jdbc.sql("DELETE FROM identity.stay WHERE subject = :subject AND place = :place")
        .param("subject", subject.toString())
        .param("place", place.name())
        .update();
  }

  /** Forgets what nobody was seen at since then; returns how many stays. */
  int forgetUnseenSince(Instant since) {
    return jdbc.sql("DELETE FROM identity.stay WHERE seen < :since")
        .param("since", IdentityStore.utc(since))
        .update();
  }
}
