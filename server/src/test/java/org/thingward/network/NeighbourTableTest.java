package org.thingward.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.thingward.platform.Problem;

/** Who is there, by a Linux machine's table of neighbours. */
class NeighbourTableTest {
  /** As iproute2 6.1 printed it, with -s, of real neighbours in a network namespace. */
  static final String TABLE =
      """
      [{"dst":"10.9.0.2","dev":"v0","lladdr":"de:bf:fc:7d:0b:68","refcnt":1,"used":0,\
      "confirmed":0,"updated":0,"probes":4,"state":["REACHABLE"]},\
      {"dst":"10.9.0.3","dev":"v0","refcnt":1,"used":0,"confirmed":60,"updated":0,"probes":4,\
      "state":["INCOMPLETE"]},\
      {"dst":"10.9.0.4","dev":"v0","lladdr":"de:bf:fc:7d:0b:69","used":290,"confirmed":300,\
      "updated":280,"probes":1,"state":["STALE"]},\
      {"dst":"10.9.0.5","dev":"v0","lladdr":"de:bf:fc:7d:0b:6a","used":400,"confirmed":301,\
      "updated":400,"probes":1,"state":["STALE"]},\
      {"dst":"10.9.0.6","dev":"v0","lladdr":"de:bf:fc:7d:0b:6b","used":0,"confirmed":0,\
      "updated":0,"probes":0,"state":["PERMANENT"]},\
      {"dst":"10.9.0.7","dev":"v0","lladdr":"de:bf:fc:7d:0b:6c","used":0,"confirmed":1,\
      "updated":0,"probes":6,"state":["FAILED"]}]\
      """;

  @Test
  void who_answered_within_five_minutes_is_there_and_nobody_else() {
    NeighbourTable table = read(TABLE);
    assertThat(table.read()).isEqualTo(6);
    assertThat(table.there())
        .extracting(MacAddress::text)
        .containsExactly("de:bf:fc:7d:0b:68", "de:bf:fc:7d:0b:69");
  }

  @Test
  void without_times_only_who_is_reachable_is_there() {
    String plain =
        "[{\"dst\":\"10.9.0.2\",\"lladdr\":\"DE:BF:FC:7D:0B:68\",\"state\":[\"REACHABLE\"]},"
            + "{\"dst\":\"10.9.0.4\",\"lladdr\":\"de:bf:fc:7d:0b:69\",\"state\":[\"STALE\"]}]";
    assertThat(read(plain).there())
        .extracting(MacAddress::text)
        .containsExactly("de:bf:fc:7d:0b:68");
  }

  @Test
  void an_address_of_a_group_or_of_nobody_or_of_another_kind_of_link_is_no_device() {
    for (String address :
        new String[] {"01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "10.0.0.1"}) {
      String entry = "[{\"lladdr\":\"" + address + "\",\"state\":[\"REACHABLE\"]}]";
      assertThat(read(entry).there()).as(address).isEmpty();
    }
    assertThat(MacAddress.parse("02-00-5E-10-00-01"))
        .contains(MacAddress.parse("02:00:5e:10:00:01").orElseThrow());
    assertThat(MacAddress.parse("02:00-5e:10:00:01")).isEmpty();
  }

  @Test
  void what_is_no_table_is_refused_with_the_place() {
    assertThatThrownBy(() -> read("{}")).hasMessageContaining("it is no list");
    assertThatThrownBy(() -> read("[{},7]")).hasMessageContaining("entry 1 is no object");
    assertThatThrownBy(() -> read("[")).isInstanceOf(Problem.class).hasMessageContaining("no JSON");
    assertThatThrownBy(() -> read("[{\"lladdr\":\"a\",\"lladdr\":\"b\"}]"))
        .isInstanceOf(Problem.class);
  }

  private static NeighbourTable read(String text) {
    return NeighbourTable.read(text.getBytes(StandardCharsets.UTF_8));
  }
}
