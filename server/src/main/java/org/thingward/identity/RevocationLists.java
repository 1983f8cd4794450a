package org.thingward.identity;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.thingward.platform.Admission;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;

/**
 * The lists of revoked certificates of all authorities that answer: one of everything an authority
 * issued, for certificates from before there were shards and for who wants all, and one of each
 * shard, which certificates name.
 */
final class RevocationLists {
  static final String CONTENT_TYPE = "application/pkix-crl";

  private static final String BASE = "/crl/";
  private static final String END = ".crl";

  private final Map<String, Lists> byAuthority = new LinkedHashMap<>();
  private final String current;

  private record Lists(RevocationList all, List<RevocationList> shards) {}

  RevocationLists(Authorities authorities, RevocationStore store, Time time) {
    this.current = authorities.current().name();
    for (Authority authority : authorities.all()) {
      List<RevocationList> shards = new ArrayList<>();
      for (int i = 0; i < Shard.COUNT && authority.issuer().lists().isPresent(); i++) {
        Optional<String> point = Optional.of(authority.issuer().lists().get() + shardPath(i));
        shards.add(new RevocationList(authority, Shard.of(i), point, store, time));
      }
      var all = new RevocationList(authority, Shard.ALL, Optional.empty(), store, time);
      byAuthority.put(authority.name(), new Lists(all, List.copyOf(shards)));
    }
  }

  /** Where the list of all that an authority revoked is found on the device listener. */
  static String path(String authority) {
    return BASE + authority + END;
  }

  /** What a URL of an authority's lists, without the end, is followed by for that of a shard. */
  static String shardPath(int number) {
    return "/" + Shard.word(number) + END;
  }

  /** Where the lists of an authority are, without the end. */
  static String base(String authority) {
    return BASE + authority;
  }

  List<DeviceRoute> routes() {
    Admission open = new Admission.Open();
    return List.of(
        new DeviceRoute("GET", BASE + "{list}", open, 0, this::all),
        new DeviceRoute("GET", BASE + "{authority}/{list}", open, 0, this::shard));
  }

  /** The list of everything that the authority that issues now revoked, in DER. */
  byte[] current() {
    return lists(current).all().current();
  }

  /** A certificate with this serial number was revoked, and that is committed. */
  void changed(BigInteger serial) {
    byAuthority
        .values()
        .forEach(lists -> {
          lists.all().changed();
          if (!lists.shards().isEmpty()) {
            lists.shards().get(Shard.numberOf(serial)).changed();
          }
        });
  }

  /** Several were revoked. */
  void changed() {
    byAuthority
        .values()
        .forEach(lists -> {
          lists.all().changed();
          lists.shards().forEach(RevocationList::changed);
        });
  }

  private DeviceResponse all(DeviceRequest request) {
    return answer(lists(name(request)).all());
  }

  private DeviceResponse shard(DeviceRequest request) {
    Lists lists = lists(request.variables().getOrDefault("authority", ""));
    int number = Shard.ofWord(name(request)).orElseThrow(RevocationLists::none);
    if (number >= lists.shards().size()) {
      throw none();
    }
    return answer(lists.shards().get(number));
  }

  private static String name(DeviceRequest request) {
    String list = request.variables().getOrDefault("list", "");
    if (!list.endsWith(END)) {
      throw none();
    }
    return list.substring(0, list.length() - END.length());
  }

  private Lists lists(String authority) {
    Lists lists = byAuthority.get(authority);
    if (lists == null) {
      throw none();
    }
    return lists;
  }

  private static Problem none() {
    return new Problem(404, "no-such-list", "There is no revocation list of that name here.");
  }

  private static DeviceResponse answer(RevocationList list) {
    return DeviceResponse.ok(CONTENT_TYPE, list.current());
  }
}
