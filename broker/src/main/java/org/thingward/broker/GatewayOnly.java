package org.thingward.broker;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** The admission extension: refuses every connection that does not prove to be the gateway's. */
final class GatewayOnly implements ExtensionMain, SimpleAuthenticator {
  private static final String USER = "gateway";

  private final byte[] password;

  GatewayOnly(String password) {
    this.password = password.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
    Services.securityRegistry().setAuthenticatorProvider(ignored -> this);
  }

  @Override
  public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}

  @Override
  public void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
    if (isGateway(input.getConnectPacket())) {
      output.authenticateSuccessfully();
    } else {
      output.failAuthentication(
          ConnackReasonCode.NOT_AUTHORIZED, "this broker serves its gateway only");
    }
  }

  private boolean isGateway(ConnectPacket connect) {
    Optional<ByteBuffer> given = connect.getPassword();
    return given.isPresent()
        && connect.getUserName().filter(USER::equals).isPresent()
        && MessageDigest.isEqual(bytes(given.get()), password);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
