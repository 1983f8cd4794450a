package org.thingward.ledger;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thingward.trust.Receipt;
import org.thingward.verify.log.EntryType;

/** The openings of a ledger in memory. */
public final class ListedOpenings implements Openings {
  private final Map<Receipt, Item> items = new LinkedHashMap<>();

  /** An entry. */
  public record Item(EntryType type, Receipt receipt, byte[] content) {
    private Opened opened() {
      return new Opened(receipt, content);
    }
  }

  /** Those of these entries, oldest first. */
  public ListedOpenings(List<Item> entries) {
    entries.forEach(item -> items.put(item.receipt(), item));
  }

  private Optional<Item> find(Receipt receipt) {
    return Optional.ofNullable(items.get(receipt));
  }

  @Override
  public boolean confirms(EntryType type, Receipt receipt, byte[] content) {
    return find(receipt)
        .filter(item -> item.type() == type && Arrays.equals(item.content(), content))
        .isPresent();
  }

  @Override
  public boolean has(EntryType type) {
    return items.values().stream().anyMatch(item -> item.type() == type);
  }

  @Override
  public Optional<Opened> open(Receipt receipt) {
    return find(receipt).map(Item::opened);
  }

  @Override
  public Optional<Opened> newest(EntryType type) {
    return items.values().stream()
        .filter(item -> item.type() == type)
        .reduce((older, newer) -> newer)
        .map(Item::opened);
  }

  @Override
  public List<Opened> newest(Set<EntryType> types, int most) {
    List<Opened> all =
        items.values().stream()
            .filter(item -> types.contains(item.type()))
            .map(Item::opened)
            .toList();
    return all.subList(Math.max(0, all.size() - most), all.size());
  }

  @Override
  public List<Opened> since(Set<EntryType> types, Collection<Receipt> receipts) {
    List<Receipt> all = List.copyOf(items.keySet());
    int first = receipts.stream().mapToInt(all::indexOf).min().orElse(all.size());
    return items.values().stream()
        .skip(Math.max(0, first))
        .filter(item -> types.contains(item.type()))
        .map(Item::opened)
        .toList();
  }

  @Override
  public Unseen unseen(EntryType type) {
    Map<Receipt, Item> rest = new LinkedHashMap<>(items);
    rest.values().removeIf(item -> item.type() != type);
    return new Unseen() {
      @Override
      public void seen(Receipt receipt) {
        rest.remove(receipt);
      }

      @Override
      public List<Opened> rest() {
        return rest.values().stream().map(Item::opened).toList();
      }
    };
  }
}
