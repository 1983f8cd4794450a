package org.thingward.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Ledger;
import org.thingward.ledger.Openings;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tokens that may still be used, as the log knows them (rule L4). A row of the database that
 * was written, or made good again, behind our back is none of them: nobody enrols by it.
 */
final class OpenTokens {
  private static final Logger LOG = LoggerFactory.getLogger(OpenTokens.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Map<UUID, TokenRecord> open = new ConcurrentHashMap<>();
  private final Map<UUID, Digest> users = new ConcurrentHashMap<>();

  /** Asks the log about every token that the database calls open, and withdraws the others. */
  static OpenTokens reload(TokenStore store, Ledger ledger, Instant now) {
    OpenTokens tokens = new OpenTokens();
    List<TokenStore.Row> rows = store.open(now);
    if (rows.isEmpty()) {
      return tokens;
    }
    Openings log = ledger.openings();
    List<TokenStore.Row> made = new ArrayList<>();
    for (TokenStore.Row row : rows) {
      if (row.receipt().isEmpty()) {
        adopt(row, log, store, ledger).ifPresent(token -> tokens.open.put(token.id(), token));
      } else if (log.confirms(EntryType.TOKEN, row.receipt().get(), row.token().record())) {
        made.add(row);
      }
    }
    Set<UUID> ended = ended(log, made);
    made.stream()
        .map(TokenStore.Row::token)
        .filter(token -> !ended.contains(token.id()))
        .forEach(token -> tokens.open.put(token.id(), token));
    tokens.withdrawOthers(rows, store, now);
    return tokens;
  }

  /**
   * A token from before its digest was in the log: put on record as it stands, once. As soon as the
   * log has a token of the newer form, no row without a receipt is taken.
   */
  private static Optional<TokenRecord> adopt(
      TokenStore.Row row, Openings log, TokenStore store, Ledger ledger) {
    TokenRecord token = row.token();
    if (log.newest(EntryType.TOKEN)
            .filter(entry -> TokenRecord.isFirstForm(entry.content()))
            .isEmpty()
        || log.unseen(EntryType.TOKEN).rest().stream()
            .noneMatch(entry -> token.isMadeIn(tree(entry)))) {
      return Optional.empty();
    }
    store.inTransaction(() -> {
      Receipt receipt =
          ledger.appendWithTransaction(EntryType.TOKEN, token.subject(), token.record());
      store.setReceipt(token.id(), receipt);
      return receipt;
    });
    return Optional.of(token);
  }

  /** The tokens that were used or withdrawn, by what came into the log after their making. */
  private static Set<UUID> ended(Openings log, List<TokenStore.Row> made) {
    List<Receipt> receipts = made.stream().flatMap(row -> row.receipt().stream()).toList();
    Set<UUID> ended = new HashSet<>();
    for (Openings.Opened entry :
        log.since(Set.of(EntryType.TOKEN, EntryType.CERTIFICATE), receipts)) {
      JsonNode tree = tree(entry);
      String member = tree.has(TokenRecord.END) ? "id" : IssuedCertificate.BY_TOKEN;
      if (!TokenRecord.isMaking(tree) && tree.has(member)) {
        ended.add(UUID.fromString(tree.path(member).asString("")));
      }
    }
    return ended;
  }

  private static JsonNode tree(Openings.Opened entry) {
    return JSON.readTree(entry.content());
  }

  private void withdrawOthers(List<TokenStore.Row> rows, TokenStore store, Instant now) {
    for (TokenStore.Row row : rows) {
      TokenRecord token = row.token();
      if (!open.containsKey(token.id())) {
        LOG.error(
            "Token {} for {} is open in the database, and not in the log: it is withdrawn",
            token.id(),
            token.subject());
        var unused = store.withdraw(token.id(), now);
      }
    }
  }

  void add(TokenRecord token) {
    open.put(token.id(), token);
  }

  void remove(UUID id) {
    open.remove(id);
  }

  /** Notes which key the token was used for. */
  void used(TokenRecord token, Digest key) {
    users.putIfAbsent(token.id(), key);
  }

  /** Whether another key used it since this server started, whatever its row says. */
  boolean isUsedByAnother(TokenRecord token, Digest key) {
    Digest user = users.get(token.id());
    return user != null && !user.equals(key);
  }

  /** Whether this is a token as it was made, and not withdrawn since. */
  boolean contains(TokenRecord token) {
    TokenRecord made = open.get(token.id());
    return made != null && made.isMadeAs(token);
  }
}
