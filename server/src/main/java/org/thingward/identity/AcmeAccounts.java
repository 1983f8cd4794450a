package org.thingward.identity;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.ledger.Ledger;
import org.thingward.ledger.Openings;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The accounts that count, as the log knows them (rule L4): a row that was written or made good
 * again behind our back is none of them. One account for each token (rule I2).
 */
final class AcmeAccounts {
  private static final Logger LOG = LoggerFactory.getLogger(AcmeAccounts.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final AcmeStore store;
  private final Ledger ledger;
  private final Time time;
  private final Map<UUID, AcmeAccount> byId = new ConcurrentHashMap<>();
  private final Map<Digest, UUID> byKey = new ConcurrentHashMap<>();
  private final ReentrantLock changing = new ReentrantLock();

  private AcmeAccounts(AcmeStore store, Ledger ledger, Time time) {
    this.store = store;
    this.ledger = ledger;
    this.time = time;
  }

  /** Asks the log about every account that the database calls valid, and leaves out the others. */
  static AcmeAccounts reload(AcmeStore store, Ledger ledger, Time time) {
    AcmeAccounts accounts = new AcmeAccounts(store, ledger, time);
    List<AcmeStore.AccountRow> rows = store.accounts();
    if (rows.isEmpty()) {
      return accounts;
    }
    Openings log = ledger.openings();
    Set<UUID> changedSince = changedSince(log, rows);
    for (AcmeStore.AccountRow row : rows) {
      AcmeAccount account = row.account();
      if (!changedSince.contains(account.id())
          && log.confirms(EntryType.TOKEN, row.receipt(), account.record())) {
        accounts.keep(account);
      } else {
        LOG.error(
            "The ACME account {} of {} is not in the log as the database has it: it is left out",
            account.id(),
            account.subject());
      }
    }
    return accounts;
  }

  /** The accounts of which the log has something newer than what the database names. */
  private static Set<UUID> changedSince(Openings log, List<AcmeStore.AccountRow> rows) {
    Set<Receipt> named = new HashSet<>(rows.stream().map(AcmeStore.AccountRow::receipt).toList());
    Map<UUID, Receipt> newest = new ConcurrentHashMap<>();
    for (Openings.Opened entry : log.since(Set.of(EntryType.TOKEN), named)) {
      JsonNode tree = JSON.readTree(entry.content());
      if (tree.has(AcmeAccount.ID)) {
        newest.put(UUID.fromString(tree.path(AcmeAccount.ID).asString("")), entry.receipt());
      }
    }
    Set<UUID> changed = new HashSet<>();
    for (AcmeStore.AccountRow row : rows) {
      if (!row.receipt().equals(newest.get(row.account().id()))) {
        changed.add(row.account().id());
      }
    }
    return changed;
  }

  /**
   * The account with this id.
   *
   * @throws AcmeRefused if there is none that counts
   */
  AcmeAccount get(UUID id) {
    AcmeAccount account = byId.get(id);
    if (account == null) {
      throw AcmeUrls.noAccount();
    }
    return account;
  }

  Optional<AcmeAccount> ofKey(AcmeKey key) {
    return Optional.ofNullable(byKey.get(key.thumbprint())).map(byId::get);
  }

  /** Makes an account that claims {@code token}; on record when it returns. */
  AcmeAccount register(Enrolment enrolment, UUID id, TokenRecord token, AcmeKey key, Digest raw) {
    changing.lock();
    try {
      AcmeAccount account =
          new AcmeAccount(
              id,
              token.id(),
              token.subject(),
              token.profile(),
              token.names(),
              key,
              AcmeAccount.Status.VALID,
              time.now());
      enrolment.claim(
          token, key.thumbprint(), raw, () -> store.insert(account, recordWithin(account)));
      keep(account);
      return account;
    } finally {
      changing.unlock();
    }
  }

  /**
   * Gives an account another key (RFC 8555 §7.3.5).
   *
   * @return the account that has this key already, if one has
   */
  Optional<AcmeAccount> rekey(AcmeAccount account, AcmeKey key) {
    changing.lock();
    try {
      Optional<AcmeAccount> holder = ofKey(key);
      if (holder.isEmpty()) {
        change(get(account.id()).as(key, AcmeAccount.Status.VALID, time.now()));
      }
      return holder;
    } finally {
      changing.unlock();
    }
  }

  /** Ends an account for good. */
  AcmeAccount end(AcmeAccount account, AcmeAccount.Status how) {
    changing.lock();
    try {
      return change(get(account.id()).as(account.key(), how, time.now()));
    } finally {
      changing.unlock();
    }
  }

  /** Ends those of a subject that was revoked; doing it again changes nothing. */
  void revokeAll(Subject subject) {
    byId.values().stream()
        .filter(account -> account.subject().equals(subject))
        .forEach(account -> end(account, AcmeAccount.Status.REVOKED));
  }

  private AcmeAccount change(AcmeAccount changed) {
    store.inTransaction(() -> {
      Receipt receipt = recordWithin(changed);
      store.update(changed, receipt);
      return receipt;
    });
    byKey.values().removeIf(changed.id()::equals);
    byId.remove(changed.id());
    if (changed.status() == AcmeAccount.Status.VALID) {
      keep(changed);
    }
    return changed;
  }

  private Receipt recordWithin(AcmeAccount account) {
    return ledger.appendWithTransaction(EntryType.TOKEN, account.subject(), account.record());
  }

  private void keep(AcmeAccount account) {
    byId.put(account.id(), account);
    byKey.put(account.key().thumbprint(), account.id());
  }
}
