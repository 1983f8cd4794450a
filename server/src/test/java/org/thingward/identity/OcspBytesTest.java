package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever bytes come, an OCSP request is read or not; nothing else happens. */
class OcspBytesTest {
  /** A sound request, made by openssl, with a nonce. */
  static final byte[] SOUND =
      Base64.getDecoder()
          .decode(
              "MGswaTBCMEAwPjAJBgUrDgMCGgUABBRCTvM2bYsX5PmGXqeEn+ECutGoLgQUPmFpaQmZNHv8U882"
                  + "KQYLU2OeLLsCBQEjRWeJoiMwITAfBgkrBgEFBQcwAQIEEgQQoNGXL0LepXGntIsrz+o6/A==");

  @Property(tries = 2000)
  void any_bytes_are_no_request(@ForAll @Size(max = 600) byte[] bytes) {
    assertThat(OcspRequest.read(bytes)).isEmpty();
  }

  @Property(tries = 4000)
  void a_changed_byte_gives_another_request_of_the_same_bounds_or_none(
      @ForAll @IntRange(max = 10_000) int place, @ForAll @IntRange(min = 1, max = 255) int change) {
    byte[] bytes = SOUND.clone();
    bytes[place % bytes.length] ^= (byte) change;
    Optional<OcspRequest> read = OcspRequest.read(bytes);
    assertThat(read.map(request -> request.asked().size()).orElse(1)).isBetween(1, 16);
  }

  @Property(tries = 1)
  void the_sound_one_is_read() {
    assertThat(OcspRequest.read(SOUND)).isPresent();
  }
}
