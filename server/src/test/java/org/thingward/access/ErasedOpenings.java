package org.thingward.access;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.thingward.ledger.ListedOpenings;
import org.thingward.ledger.Openings;
import org.thingward.trust.Receipt;
import org.thingward.verify.log.EntryType;

/** A log all of whose entries' keys were erased: they are there, and mean nothing any more. */
record ErasedOpenings(Openings log) implements Openings {
  @Override
  public boolean confirms(EntryType type, Receipt receipt, byte[] content) {
    return false;
  }

  @Override
  public boolean has(EntryType type) {
    return log.has(type);
  }

  @Override
  public Optional<Opened> open(Receipt receipt) {
    return Optional.empty();
  }

  @Override
  public Optional<Opened> newest(EntryType type) {
    return Optional.empty();
  }

  @Override
  public List<Opened> newest(Set<EntryType> types, int most) {
    return List.of();
  }

  @Override
  public List<Opened> since(Set<EntryType> types, Collection<Receipt> receipts) {
    return List.of();
  }

  @Override
  public Unseen unseen(EntryType type) {
    return new ListedOpenings(List.of()).unseen(type);
  }
}
