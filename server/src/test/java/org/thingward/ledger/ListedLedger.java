package org.thingward.ledger;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/** Keeps entries in memory; those of a transaction once it commits. */
public final class ListedLedger implements Ledger {
  /** What was appended. */
  public record Entry(EntryType type, Subject subject, String content) {
    ListedOpenings.Item item() {
      byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
      return new ListedOpenings.Item(type, new Receipt(Digest.of(bytes)), bytes);
    }
  }

  public final List<Entry> entries = new CopyOnWriteArrayList<>();

  @Override
  public Receipt append(EntryType type, Subject subject, byte[] content) {
    entries.add(new Entry(type, subject, new String(content, StandardCharsets.UTF_8)));
    return new Receipt(Digest.of(content));
  }

  @Override
  public Receipt appendSoon(EntryType type, Subject subject, byte[] content) {
    return append(type, subject, content);
  }

  @Override
  public Receipt appendWithTransaction(EntryType type, Subject subject, byte[] content) {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalStateException("there is no transaction");
    }
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            append(type, subject, content);
          }
        });
    return new Receipt(Digest.of(content));
  }

  @Override
  public byte[] attest(String purpose, byte[] statement) {
    return ListedOpenings.attest(purpose, statement);
  }

  @Override
  public OptionalLong index(Receipt receipt) {
    List<Receipt> receipts = entries.stream().map(entry -> entry.item().receipt()).toList();
    int at = receipts.indexOf(receipt);
    return at < 0 ? OptionalLong.empty() : OptionalLong.of(at);
  }

  @Override
  public Openings openings() {
    return new ListedOpenings(entries.stream().map(Entry::item).toList());
  }

  /** Those of this type, oldest first. */
  public List<Entry> of(EntryType type) {
    return entries.stream().filter(entry -> entry.type() == type).toList();
  }
}
