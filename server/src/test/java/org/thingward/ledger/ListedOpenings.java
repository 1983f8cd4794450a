package org.thingward.ledger;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.thingward.trust.Digest;
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

  private final Set<Receipt> erased;

  /** Those of these entries, oldest first. */
  public ListedOpenings(List<Item> entries) {
    this(entries, Set.of());
  }

  /** As before, where nobody knows any more what those of {@code erased} say. */
  public ListedOpenings(List<Item> entries, Set<Receipt> erased) {
    entries.forEach(item -> items.put(item.receipt(), item));
    this.erased = Set.copyOf(erased);
  }

  private Optional<Item> find(Receipt receipt) {
    return Optional.ofNullable(items.get(receipt)).filter(this::isReadable);
  }

  private boolean isReadable(Item item) {
    return !erased.contains(item.receipt());
  }

  @Override
  public boolean confirms(EntryType type, Receipt receipt, byte[] content) {
    return find(receipt)
        .filter(item -> item.type() == type && Arrays.equals(item.content(), content))
        .isPresent();
  }

  @Override
  public boolean isAttested(long index, String purpose, byte[] statement, byte[] note) {
    return Arrays.equals(note, attest(purpose, statement));
  }

  /** What stands for a signature of the log's keys. */
  public static byte[] attest(String purpose, byte[] statement) {
    return Digest.of(purpose.getBytes(StandardCharsets.UTF_8), statement)
        .toString()
        .getBytes(StandardCharsets.UTF_8);
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
        .filter(this::isReadable)
        .map(Item::opened);
  }

  @Override
  public List<Opened> newest(Set<EntryType> types, int most) {
    List<Opened> all =
        items.values().stream()
            .filter(item -> types.contains(item.type()) && isReadable(item))
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
        .filter(item -> types.contains(item.type()) && isReadable(item))
        .map(Item::opened)
        .toList();
  }

  @Override
  public List<Placed> all(Set<EntryType> types) {
    List<Placed> all = new ArrayList<>();
    long index = 0;
    for (Item item : items.values()) {
      if (types.contains(item.type())) {
        all.add(new Placed(index, Optional.of(item).filter(this::isReadable).map(Item::opened)));
      }
      index++;
    }
    return all;
  }

  @Override
  public Unseen unseen(EntryType type) {
    Map<Receipt, Item> rest = new LinkedHashMap<>(items);
    rest.values().removeIf(item -> item.type() != type || !isReadable(item));
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
