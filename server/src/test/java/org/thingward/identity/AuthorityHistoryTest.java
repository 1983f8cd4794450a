package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.ledger.LedgerKeys;
import org.thingward.ledger.TiledLedger;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.LogVerifier;

/** Which authority issued when, in a real log. */
class AuthorityHistoryTest {
  private final Time time = Time.ofMachine();
  private final Randomness randomness = new Randomness(time);

  @TempDir Path keys;
  @TempDir Path log;

  @Test
  void L4_it_is_read_back_from_the_log_and_what_its_keys_do_not_vouch_for_is_not_in_it()
      throws Exception {
    AuthorityChange first = change(Optional.empty(), "issuing-1", "this installation");
    AuthorityChange next = change(Optional.of(first.to()), "issuing-2", "ada");
    AuthorityChange forged = change(Optional.of(next.to()), "issuing-1", "eve");
    try (TiledLedger ledger = open()) {
      assertThat(AuthorityHistory.of(ledger).newest()).isEmpty();
      var one = first.append(ledger);
      var two = next.append(ledger);
      var unvouched =
          ledger.append(
              EntryType.AUTHORITY, ServerCertificates.SERVER, CanonicalJson.encode(forged.tree()));
    }
    try (TiledLedger ledger = open()) {
      assertThat(AuthorityHistory.of(ledger).changes()).containsExactly(first, next);
    }
    LogSource source = new LogSource.Directory(log.resolve("public"));
    assertThat(new LogVerifier(source, LogVerifier.keysOf(source)).verify().fault()).isEmpty();
  }

  private AuthorityChange change(Optional<AuthorityChange.Issuing> from, String name, String by) {
    Digest key = Digest.of(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    return new AuthorityChange(
        from, new AuthorityChange.Issuing(name, key), by, "why not", time.now());
  }

  private TiledLedger open() throws Exception {
    return TiledLedger.open(
        log, LedgerKeys.open(keys, randomness), time, randomness, Optional.empty());
  }
}
