package org.thingward.posture;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.thingward.ledger.Ledger;
import org.thingward.ledger.LedgerUnavailable;
import org.thingward.ledger.ListedOpenings;
import org.thingward.ledger.Openings;
import org.thingward.platform.Database;
import org.thingward.trust.Digest;
import org.thingward.trust.Receipt;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/** A ledger in memory that can be made to fail. */
final class MemoryLedger implements Ledger {
  record Entry(EntryType type, Subject subject, String content, Receipt receipt) {
    ListedOpenings.Item item() {
      return new ListedOpenings.Item(type, receipt, content.getBytes(StandardCharsets.UTF_8));
    }
  }

  final List<Entry> entries = Collections.synchronizedList(new ArrayList<>());
  volatile boolean transactionsFail;
  volatile boolean appendsFail;
  private final Database database;

  MemoryLedger(Database database) {
    this.database = database;
  }

  @Override
  public Receipt append(EntryType type, Subject subject, byte[] content) {
    if (appendsFail) {
      throw new LedgerUnavailable("the disk is full", new IllegalStateException());
    }
    return appendSoon(type, subject, content);
  }

  @Override
  public Receipt appendSoon(EntryType type, Subject subject, byte[] content) {
    Entry entry = entry(type, subject, content);
    entries.add(entry);
    return entry.receipt();
  }

  @Override
  public Receipt appendWithTransaction(EntryType type, Subject subject, byte[] content) {
    if (transactionsFail) {
      throw new LedgerUnavailable("the outbox fails", new IllegalStateException());
    }
    Entry entry = entry(type, subject, content);
    database.afterCommit(() -> entries.add(entry));
    return entry.receipt();
  }

  @Override
  public byte[] attest(String purpose, byte[] statement) {
    throw new UnsupportedOperationException("nothing here asks for that");
  }

  @Override
  public OptionalLong index(Receipt receipt) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).receipt().equals(receipt)) {
        return OptionalLong.of(i);
      }
    }
    return OptionalLong.empty();
  }

  @Override
  public Openings openings() {
    return new ListedOpenings(List.copyOf(entries).stream().map(Entry::item).toList());
  }

  long count(EntryType type) {
    return List.copyOf(entries).stream().filter(entry -> entry.type() == type).count();
  }

  private Entry entry(EntryType type, Subject subject, byte[] content) {
    byte[] salt = Long.toString(System.nanoTime()).getBytes(StandardCharsets.US_ASCII);
    String text = new String(content, StandardCharsets.UTF_8);
    return new Entry(type, subject, text, new Receipt(Digest.of(salt, content)));
  }
}
