"""A discord.py bot (2.4 or later) that answers `!ping` and `/ping`, tested through casey-sim's control API.

    cargo run -p casey-sim --example standalone
    pip install discord.py
    python examples/discordpy/ping.py [http://127.0.0.1:8480] [token]

It runs the bot, has people speak to it, and ends with an error if it does not answer as it should.
"""

import asyncio
import sys

import aiohttp
import discord
import yarl
from discord import app_commands

BASE = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8480"
TOKEN = sys.argv[2] if len(sys.argv) > 2 else "demo-token"

# The two places where discord.py keeps Discord's addresses.
discord.http.Route.BASE = f"{BASE}/api/v10"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(BASE.replace("http", "ws", 1))

intents = discord.Intents.default()
intents.message_content = True
client = discord.Client(intents=intents)
tree = app_commands.CommandTree(client)


class Again(discord.ui.View):
    @discord.ui.button(label="Again", custom_id="again")
    async def again(self, interaction: discord.Interaction, _button: discord.ui.Button):
        await interaction.response.edit_message(content="pong again")


@tree.command(description="Answers pong")
@app_commands.describe(text="What to say besides")
async def ping(interaction: discord.Interaction, text: str = ""):
    await interaction.response.send_message(f"pong {text}".strip(), view=Again())


@client.event
async def setup_hook():
    await tree.sync()


@client.event
async def on_message(message: discord.Message):
    if message.content == "!ping":
        await message.reply("pong")


async def script(http: aiohttp.ClientSession):
    """What people do, and what they expect."""

    async def sim(method: str, path: str, **body):
        async with http.request(method, f"{BASE}/sim/{path}", json=body or None) as answer:
            if answer.status == 204:
                return None
            told = await answer.json()
            assert answer.status < 300, told
            return told

    await client.wait_until_ready()
    at = {"guild": "Casey's Harbour", "channel": "general", "person": "Alice"}

    said = await sim("POST", "messages", **at, text="!ping")
    answer = await sim("GET", f"replies?channel={said['channel']}&reply_to={said['message']}")
    assert answer and answer["content"] == "pong", answer

    used = await sim("POST", "slash", **at, command="ping", options={"text": "ahoy"})
    assert used["answer"]["content"] == "pong ahoy", used

    pressed = await sim("POST", "press", **at, message=used["answer"]["message"], button="Again")
    assert pressed["answer"]["content"] == "pong again", pressed

    # The line goes dead in the middle of a payload; what is said meanwhile arrives all the same.
    await sim("POST", "faults", at="dispatch", fault="cut", bytes=40)
    said = await sim("POST", "messages", **at, text="!ping")
    answer = await sim("GET", f"replies?channel={said['channel']}&reply_to={said['message']}&wait_ms=30000")
    assert answer and answer["content"] == "pong", answer
    again = await sim("GET", f"replies?channel={said['channel']}&wait_ms=300")
    assert again is None, again

    gateway = await sim("GET", "gateway")
    assert gateway["identifies"] == 1 and gateway["resumes"] == 1, gateway
    violations = await sim("GET", "violations")
    print("answered as it should;", f"Discord would not have understood: {violations}" if violations else "no violations")


async def main():
    discord.utils.setup_logging()
    async with client, aiohttp.ClientSession() as http:
        bot = asyncio.create_task(client.start(TOKEN))
        test = asyncio.create_task(script(http))
        done, _ = await asyncio.wait({bot, test}, timeout=60, return_when=asyncio.FIRST_COMPLETED)
        assert done, "it took longer than a minute"
        for task in done:
            task.result()


asyncio.run(main())
