package org.thingward.device;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;

/** The packets a client sends, and what it reads out of the answers. */
final class Packets {
  private Packets() {}

  static MqttMessage connect(MqttSettings settings) {
    boolean five = settings.version() == 5;
    MqttMessageBuilders.ConnectBuilder builder =
        MqttMessageBuilders.connect()
            .protocolVersion(five ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1)
            .clientId(settings.clientId())
            .cleanSession(settings.cleanStart())
            .keepAlive((int) settings.keepAlive().toSeconds());
    if (five && !settings.sessionExpiry().isZero()) {
      builder.properties(
          number(MqttPropertyType.SESSION_EXPIRY_INTERVAL, settings.sessionExpiry().toSeconds()));
    }
    settings.will().ifPresent(will -> addWill(builder, will, five));
    return builder.build();
  }

  private static void addWill(MqttMessageBuilders.ConnectBuilder builder, Will will, boolean five) {
    builder
        .willFlag(true)
        .willQoS(MqttQoS.valueOf(will.qos()))
        .willTopic(will.topic())
        .willMessage(will.payload());
    if (five && !will.delay().isZero()) {
      builder.willProperties(
          number(MqttPropertyType.WILL_DELAY_INTERVAL, will.delay().toSeconds()));
    }
  }

  private static MqttProperties number(MqttPropertyType type, long value) {
    MqttProperties properties = new MqttProperties();
    properties.add(new MqttProperties.IntegerProperty(type.value(), Math.toIntExact(value)));
    return properties;
  }

  static MqttMessage publish(Publication message, int packetId) {
    MqttProperties properties = new MqttProperties();
    message
        .alias()
        .ifPresent(alias ->
            properties.add(
                new MqttProperties.IntegerProperty(MqttPropertyType.TOPIC_ALIAS.value(), alias)));
    message
        .responseTopic()
        .ifPresent(topic ->
            properties.add(
                new MqttProperties.StringProperty(MqttPropertyType.RESPONSE_TOPIC.value(), topic)));
    return MqttMessageBuilders.publish()
        .topicName(message.topic())
        .payload(Unpooled.wrappedBuffer(message.payload()))
        .qos(MqttQoS.valueOf(message.qos()))
        .retained(message.retained())
        .messageId(packetId)
        .properties(properties)
        .build();
  }

  static MqttMessage subscribe(String filter, int qos, int packetId) {
    return MqttMessageBuilders.subscribe()
        .addSubscription(MqttQoS.valueOf(qos), filter)
        .messageId(packetId)
        .build();
  }

  static MqttMessage puback(int packetId) {
    return new MqttMessage(
        new MqttFixedHeader(MqttMessageType.PUBACK, false, MqttQoS.AT_MOST_ONCE, false, 2),
        MqttMessageIdVariableHeader.from(packetId));
  }

  static MqttMessage disconnect(int version) {
    MqttFixedHeader header =
        new MqttFixedHeader(MqttMessageType.DISCONNECT, false, MqttQoS.AT_MOST_ONCE, false, 0);
    return version == 5
        ? new MqttMessage(
            header,
            new MqttReasonCodeAndPropertiesVariableHeader((byte) 0, MqttProperties.NO_PROPERTIES))
        : new MqttMessage(header);
  }

  static Acceptance acceptance(MqttConnAckMessage answer) {
    return new Acceptance(
        Byte.toUnsignedInt(answer.variableHeader().connectReturnCode().byteValue()),
        answer.variableHeader().isSessionPresent(),
        reasonString(answer.variableHeader().properties()));
  }

  static String reasonString(MqttProperties properties) {
    MqttProperties.MqttProperty<?> text =
        properties.getProperty(MqttPropertyType.REASON_STRING.value());
    return text == null ? "" : String.valueOf(text.value());
  }
}
