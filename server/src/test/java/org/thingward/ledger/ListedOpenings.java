package org.thingward.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.thingward.trust.Receipt;
import org.thingward.verify.log.EntryType;

/** The openings of a ledger in memory. */
public record ListedOpenings(List<Item> items) implements Openings {
  /** An entry, oldest first. */
  public record Item(EntryType type, Receipt receipt, byte[] content) {
    private Opened opened() {
      return new Opened(receipt, content);
    }
  }

  public ListedOpenings {
    items = List.copyOf(items);
  }

  @Override
  public boolean confirms(EntryType type, Receipt receipt, byte[] content) {
    return items.stream()
        .anyMatch(item ->
            item.type() == type
                && item.receipt().equals(receipt)
                && Arrays.equals(item.content(), content));
  }

  @Override
  public Optional<Opened> open(Receipt receipt) {
    return items.stream()
        .filter(item -> item.receipt().equals(receipt))
        .findFirst()
        .map(Item::opened);
  }

  @Override
  public Optional<Opened> newest(EntryType type) {
    return items.reversed().stream()
        .filter(item -> item.type() == type)
        .findFirst()
        .map(Item::opened);
  }

  @Override
  public List<Opened> since(Set<EntryType> types, Collection<Receipt> receipts) {
    List<Receipt> all = items.stream().map(Item::receipt).toList();
    int first = receipts.stream().mapToInt(all::indexOf).min().orElse(items.size());
    return items.stream()
        .skip(Math.max(0, first))
        .filter(item -> types.contains(item.type()))
        .map(Item::opened)
        .toList();
  }

  @Override
  public Unseen unseen(EntryType type) {
    List<Item> rest = new ArrayList<>(items);
    rest.removeIf(item -> item.type() != type);
    return new Unseen() {
      @Override
      public void seen(Receipt receipt) {
        rest.removeIf(item -> item.receipt().equals(receipt));
      }

      @Override
      public List<Opened> rest() {
        return rest.stream().map(Item::opened).toList();
      }
    };
  }
}
