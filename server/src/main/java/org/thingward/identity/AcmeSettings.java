package org.thingward.identity;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.thingward.platform.Network;

/**
 * How server certificates are given over ACME.
 *
 * @param networks where http-01 may connect to look for a response; none, and no name can be shown
 * @param port the port that it connects to; 80 by RFC 8555 §8.3
 * @param resolver finds the addresses of a name
 * @param reserved further names of this server itself, e.g. the console's
 * @param limits how much an account may ask for
 */
public record AcmeSettings(
    List<Network> networks, int port, Resolver resolver, List<String> reserved, AcmeLimits limits) {
  private static final int HTTP = 80;

  public AcmeSettings {
    networks = List.copyOf(networks);
    reserved = List.copyOf(reserved);
  }

  /** Finds addresses. */
  @FunctionalInterface
  public interface Resolver {
    /** All addresses of a name; one at least. */
    InetAddress[] addresses(String name) throws UnknownHostException;
  }

  /** As RFC 8555 has it, by the machine's resolver. */
  public static AcmeSettings usual(List<Network> networks, List<String> reserved) {
    return new AcmeSettings(
        networks, HTTP, InetAddress::getAllByName, reserved, AcmeLimits.usual());
  }
}
