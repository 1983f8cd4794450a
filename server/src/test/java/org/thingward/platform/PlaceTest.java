package org.thingward.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class PlaceTest {
  private static Place of(String address) throws UnknownHostException {
    return Place.of(InetAddress.getByName(address));
  }

  @Test
  void no_whole_address_is_in_it() throws UnknownHostException {
    assertThat(of("192.0.2.77").name()).isEqualTo("192.0.2.0/24");
    assertThat(of("2001:db8:ff01:77::5").name()).isEqualTo("2001:db8:ff01::/48");
    assertThat(of("::ffff:192.0.2.77").name()).isEqualTo("192.0.2.0/24");
  }

  @Test
  void addresses_of_one_network_are_one_place_and_those_of_another_are_apart() throws Exception {
    assertThat(of("192.0.2.1").isApartFrom(of("192.0.2.200"))).isFalse();
    assertThat(of("192.0.2.1").isApartFrom(of("192.0.3.1"))).isTrue();
    assertThat(of("2001:db8:1::1").isApartFrom(of("2001:db8:1:9::1"))).isFalse();
    assertThat(of("2001:db8:1::1").isApartFrom(of("2001:db8:2::1"))).isTrue();
  }

  @Test
  void who_speaks_by_both_kinds_of_address_is_not_at_two_places() throws Exception {
    assertThat(of("192.0.2.1").isApartFrom(of("2001:db8:1::1"))).isFalse();
  }
}
